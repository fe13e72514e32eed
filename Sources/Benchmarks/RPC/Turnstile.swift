import Dispatch
import Synchronization

/// Lets so many calls a second through, each in its turn, and never one sooner because nobody came
/// before.
final class Turnstile: Sendable {
  private let gapNanoseconds: UInt64
  private let next = Mutex<UInt64>(0)

  /// - Parameter rate: calls a second, at least 1.
  init(rate: Int) { gapNanoseconds = 1_000_000_000 / UInt64(max(1, rate)) }

  /// Nanoseconds that whoever comes now has to wait.
  func take() -> UInt64 {
    let now = DispatchTime.now().uptimeNanoseconds
    return next.withLock { next in
      let turn = max(next, now)
      next = turn + gapNanoseconds
      return turn - now
    }
  }
}
