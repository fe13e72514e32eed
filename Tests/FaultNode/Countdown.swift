import Synchronization

/// Counts down from a number.
final class Countdown: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  func next() -> Int {
    left.withLock { left in
      left -= 1
      return left
    }
  }
}
