internal import Synchronization

/// A number that only grows. Adding to it takes no lock, so event loops never wait for one another
/// or for a scrape.
public final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  public init() {}

  public func increment(by amount: UInt64 = 1) {
    // Relaxed: each number is read by itself, and nothing else is inferred from it.
    count.wrappingAdd(amount, ordering: .relaxed)
  }

  public var value: UInt64 { count.load(ordering: .relaxed) }
}
