/// A promise that a run has to keep. A measured value equal to the limit keeps it.
public enum Gate: Equatable, Sendable, CustomStringConvertible {
  public enum Figure: Equatable, Sendable, CustomStringConvertible {
    case percentile(Percentile)
    case mean
    case max

    public var description: String {
      switch self {
      case .percentile(let percentile): "p\(percentile)"
      case .mean: "mean"
      case .max: "max"
      }
    }
  }

  /// Which latencies a gate looks at.
  public struct Scope: Equatable, Sendable, CustomStringConvertible {
    /// Nil is every request.
    public var kind: RequestKind?
    /// From send, where it would be from the schedule.
    public var isFromSend = false

    public static let whole = Scope()

    public var description: String {
      (kind.map { $0.rawValue + ":" } ?? "") + (isFromSend ? "sent:" : "")
    }
  }

  case latency(Figure, atMost: LoadDuration, of: Scope)
  case errorRate(atMost: LoadShare)
  case rate(atLeast: LoadRate)

  /// Reads a latency gate: `p99=5ms`, `mean=1ms`, `max=2s`, `place-order:p99=20ms`,
  /// `sent:p99=4ms`.
  public init(parsing text: String) throws(LoadError) {
    let pair = text.split(separator: "=", omittingEmptySubsequences: false)
    guard pair.count == 2, let name = pair.first, let limit = pair.last else {
      throw Self.refusal(text)
    }
    var parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.popLast(), let figure = Self.figure(last) else {
      throw Self.refusal(text)
    }
    var scope = Scope.whole
    for part in parts {
      if part == "sent", !scope.isFromSend {
        scope.isFromSend = true
      } else if let kind = RequestKind(rawValue: String(part)), scope.kind == nil {
        scope.kind = kind
      } else {
        throw Self.refusal(text)
      }
    }
    self = .latency(figure, atMost: try LoadDuration(parsing: String(limit)), of: scope)
  }

  private static func refusal(_ text: String) -> LoadError {
    LoadError(
      .invalidValue(
        value: text, expected: "a limit such as p99=5ms, mean=1ms, max=2s, place-order:p99=20ms"))
  }

  private static func figure(_ name: Substring) -> Figure? {
    switch name {
    case "mean": .mean
    case "max": .max
    default: name.hasPrefix("p") ? Percentile(name.dropFirst()).map { .percentile($0) } : nil
    }
  }

  public var description: String {
    switch self {
    case .latency(let figure, let limit, let scope): "\(scope)\(figure) <= \(limit)"
    case .errorRate(let limit): "error rate <= \(limit)"
    case .rate(let limit): "rate >= \(limit)/s"
    }
  }
}
