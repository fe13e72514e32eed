import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into a call. The second one ends the process at once, for whoever
/// presses the keys twice does not want to wait.
final class SignalWatch: Sendable {
  private let count = Atomic<Int>(0)
  private let sources = Mutex<[any DispatchSourceSignal]>([])
  private let onFirst: @Sendable (Int32) -> Void

  init(_ onFirst: @escaping @Sendable (Int32) -> Void) {
    self.onFirst = onFirst
    // A closed pipe is an error of a write, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] { watch(number) }
  }

  private func watch(_ number: Int32) {
    _ = signal(number, SIG_IGN)  // Else the default action ends the process first.
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { [self] in
      if count.wrappingAdd(1, ordering: .relaxed).oldValue == 0 {
        onFirst(number)
      } else {
        exit(128 + number)
      }
    }
    source.resume()
    sources.withLock { $0.append(source) }
  }

  func cancel() {
    sources.withLock { sources in
      for source in sources { source.cancel() }
      sources = []
    }
  }
}
