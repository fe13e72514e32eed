import Foundation
import Synchronization

/// Makes a server stand still for a second, once: whoever passes when it is due takes its thread
/// out of service.
final class OneFreeze: Sendable {
  private let seconds: Double
  private let state = Mutex<(begin: ContinuousClock.Instant?, isOver: Bool)>((nil, false))

  /// - Parameter seconds: after the first pass.
  init(after seconds: Double) {
    self.seconds = seconds
  }

  func pass() {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      let begin = state.begin ?? now
      state.begin = begin
      guard !state.isOver, now - begin >= .seconds(seconds) else { return false }
      state.isOver = true
      return true
    }
    if isDue { usleep(1_000_000) }
  }
}
