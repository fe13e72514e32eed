/// The attempts of one call.
///
///     attempt ──ok, or a code that is not retried──▶ done
///        │ ▲ ▲
///        │ │ └── wait: initial × multiplierⁿ⁻¹ up to the most, × 0.8…1.2, or as the server says
///        │ │       ▲
///        ├─┼─ failed, attempts left, tokens left, not committed
///        ├─┴─ refused, seen by no handler, for the first time: at once, and counted by nobody
///        └─── failed otherwise ──▶ done
///
/// A call is committed once response headers have come, for its caller may have seen them, or when
/// too much would have to be kept for another attempt. (gRFC A6)
public struct RetryState: Sendable {
  public enum Decision: Equatable, Sendable {
    case done
    /// At once, whatever the policy.
    case again
    case retry(after: Duration)
  }

  /// What `grpc-retry-pushback-ms` says.
  public enum Pushback: Equatable, Sendable {
    case none
    case after(Duration)
    /// Negative, or no number.
    case forbidden

    public init(_ text: String?) {
      guard let text else {
        self = .none
        return
      }
      guard let number = Int32(text), number >= 0, String(number) == text else {
        self = .forbidden
        return
      }
      self = .after(.milliseconds(number))
    }
  }

  /// Nil repeats only what was refused.
  private let policy: RetryPolicy?
  private var wasRefused = false
  /// Attempts that failed.
  public private(set) var failures = 0
  /// Backoffs since the last one that the server chose.
  private var backoffs = 0

  public init(_ policy: RetryPolicy?) { self.policy = policy }

  /// - Parameters:
  ///   - code: nil for success.
  ///   - isRefused: whether the server said that no handler has seen the attempt: REFUSED_STREAM,
  ///     or a GOAWAY with a lower last stream.
  ///   - isCommitted: whether response headers came, other than in a Trailers-Only block, or the
  ///     request was not kept.
  ///   - random: from 0.8 to 1.2.
  public mutating func ended(
    _ code: StatusCode?, isRefused: Bool = false, isCommitted: Bool, pushback: Pushback,
    throttle: inout RetryThrottle, random: Double
  ) -> Decision {
    guard let code else {
      if policy != nil { throttle.succeeded() }
      return .done
    }
    if isRefused, !isCommitted, !wasRefused {
      wasRefused = true
      return .again
    }
    guard let policy else { return .done }
    let isRetryable = policy.codes.contains(code)
    if isRetryable || pushback == .forbidden { throttle.failed() }
    failures += 1
    guard isRetryable, !isCommitted, pushback != .forbidden, failures < policy.maxAttempts,
      throttle.allowsRetry
    else { return .done }
    if case .after(let delay) = pushback {
      backoffs = 0
      return .retry(after: delay)
    }
    var delay = policy.initialBackoff
    for _ in 0..<backoffs where delay < policy.maxBackoff { delay = delay * policy.multiplier }
    backoffs += 1
    return .retry(after: min(delay, policy.maxBackoff) * random)
  }
}
