/// The pauses before statements are sent again that the server undid because of others beside them
/// (`PostgresError.isRetryable`): a random time within 0..2ⁿ ms, so that two who met part.
public struct RetryPause: Sendable {
  private var count = 0
  private let retriesMax: Int

  public init(retriesMax: Int = 5) { self.retriesMax = retriesMax }

  /// Nil once all tries are spent.
  public mutating func next() -> Duration? {
    guard count < retriesMax else { return nil }
    count += 1
    let millisecondsMax = 1 << min(count, 10)
    return .milliseconds(1) * Double.random(in: 0...Double(millisecondsMax))
  }
}
