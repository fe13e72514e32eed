import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into a call. The second one ends the process at once, for whoever
/// presses the keys twice does not want to wait.
final class SignalWatch {
  private var sources: [any DispatchSourceSignal] = []

  init(_ onFirst: @escaping @Sendable (Int32) -> Void) {
    // A closed pipe is an error of a write, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    let count = SignalCount()
    sources = [SIGINT, SIGTERM].map { number in
      _ = signal(number, SIG_IGN)  // Else the default action ends the process first.
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        guard count.isFirst() else { exit(128 + number) }
        onFirst(number)
      }
      source.resume()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
  }
}

/// How many signals have come, of both kinds together.
private final class SignalCount: Sendable {
  private let number = Atomic<Int>(0)

  func isFirst() -> Bool { number.wrappingAdd(1, ordering: .relaxed).oldValue == 0 }
}
