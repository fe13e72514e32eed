internal import Synchronization

/// How many batches were written on each path.
public final class BatchCounts: Sendable {
  private let fastCount = Atomic<Int>(0)
  private let slowCount = Atomic<Int>(0)

  public init() {}

  /// Batches that took a single round trip.
  public var fast: Int { fastCount.load(ordering: .relaxed) }
  /// Batches that had to look first.
  public var slow: Int { slowCount.load(ordering: .relaxed) }

  func count(isFast: Bool) {
    if isFast {
      fastCount.add(1, ordering: .relaxed)
    } else {
      slowCount.add(1, ordering: .relaxed)
    }
  }
}
