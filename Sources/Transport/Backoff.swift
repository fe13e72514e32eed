/// When to connect again. (gRPC connection-backoff.md)
///
/// Gaps count from the beginning of the last attempt, so an attempt that took longer than its gap
/// is followed by the next at once.
public struct Backoff {
  public struct Settings: Sendable, Equatable {
    public var initial = Duration.seconds(1)
    public var multiplier = 1.6
    public var max = Duration.seconds(120)
    /// Each gap is drawn from ±20 %, so that clients of one dead server do not return together.
    public var jitter = 0.2

    public init() {}
  }

  private let settings: Settings
  private var gap: Duration

  init(_ settings: Settings) {
    self.settings = settings
    gap = settings.initial
  }

  /// The gap after a failed attempt.
  /// - Parameter random: from -1 to 1.
  mutating func next(random: Double) -> Duration {
    let current = gap
    gap = min(gap * settings.multiplier, settings.max)
    return current * (1 + settings.jitter * random)
  }

  /// The server has spoken HTTP/2. A TCP connection alone proves nothing: something in between may
  /// have taken it.
  mutating func reset() {
    gap = settings.initial
  }
}
