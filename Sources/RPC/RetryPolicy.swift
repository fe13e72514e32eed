/// Whether and when a client repeats a call that failed. (gRFC A6)
public struct RetryPolicy: Sendable, Equatable {
  /// What makes a policy unusable.
  public enum Invalid: Error, Equatable, Sendable {
    case maxAttempts(Int)
    case backoff
    case multiplier
    case noCodes
  }

  /// The first attempt included.
  public let maxAttempts: Int
  public let initialBackoff: Duration
  public let maxBackoff: Duration
  public let multiplier: Double
  public let codes: Set<StatusCode>

  /// More count as this many. (gRFC A6)
  public static let attemptsMax = 5

  /// - Throws: for fewer than 2 attempts, a backoff or multiplier that is not above zero, or no
  ///   code at all.
  public init(
    maxAttempts: Int, initialBackoff: Duration = .milliseconds(100),
    maxBackoff: Duration = .seconds(5), multiplier: Double = 1.6,
    codes: Set<StatusCode> = [.unavailable]
  ) throws(Invalid) {
    guard maxAttempts >= 2 else { throw .maxAttempts(maxAttempts) }
    guard initialBackoff > .zero, maxBackoff > .zero else { throw .backoff }
    guard multiplier > 0, multiplier.isFinite else { throw .multiplier }
    guard !codes.isEmpty else { throw .noCodes }
    self.maxAttempts = min(maxAttempts, Self.attemptsMax)
    self.initialBackoff = initialBackoff
    self.maxBackoff = maxBackoff
    self.multiplier = multiplier
    self.codes = codes
  }
}
