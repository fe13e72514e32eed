/// How long to wait before the next try to reopen a connection: 50 ms × 2ⁿ up to 2 s, spread by
/// ±20 % so that the connections of all replicas do not come back at the same moment.
struct ReconnectPause: Sendable {
  static let first: Duration = .milliseconds(50)
  static let longest: Duration = .seconds(2)
  static let spread = 0.8...1.2

  private(set) var failures = 0

  /// - Parameter spread: a random factor within `ReconnectPause.spread`.
  mutating func next(spread: Double) -> Duration {
    // 50 ms × 2⁶ is past the longest, so a larger exponent would only overflow.
    let exponent = min(failures, 6)
    failures += 1
    return min(Self.first * (1 << exponent), Self.longest) * spread
  }

  mutating func reset() { failures = 0 }
}
