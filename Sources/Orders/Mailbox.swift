internal import RPC
internal import Synchronization

/// Takes one value for one who waits. The first value counts, wherever it comes from.
final class Mailbox<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, Never>)
    case full(Value)
    case taken
  }

  private struct Shared {
    var state = State.empty
    var timer: Task<Void, Never>?
  }

  private let shared = Mutex(Shared())

  /// False when another value was first.
  @discardableResult
  func put(_ value: Value) -> Bool {
    let (waiting, isFirst): (CheckedContinuation<Value, Never>?, Bool) = shared.withLock { shared in
      shared.timer?.cancel()
      shared.timer = nil
      switch shared.state {
      case .empty:
        shared.state = .full(value)
        return (nil, true)
      case .waiting(let continuation):
        shared.state = .taken
        return (continuation, true)
      case .full, .taken:
        return (nil, false)
      }
    }
    waiting?.resume(returning: value)
    return isFirst
  }

  /// Waits for the value. At most one may.
  func take(ifCancelled cancelled: Value) async -> Value {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let value: Value? = shared.withLock { shared in
          guard case .full(let value) = shared.state else {
            shared.state = .waiting(continuation)
            return nil
          }
          shared.state = .taken
          return value
        }
        if let value { continuation.resume(returning: value) }
      }
    } onCancel: {
      put(cancelled)
    }
  }

  /// Puts `late` at `deadline` unless a value came before.
  func put(_ late: Value, at deadline: Deadline) {
    guard let pause = deadline.remaining else { return }
    let timer = Task { [weak self] in
      guard (try? await Task.sleep(for: pause, clock: .suspending)) != nil else { return }
      self?.put(late)
    }
    shared.withLock { shared in
      shared.timer?.cancel()
      shared.timer = timer
    }
  }
}
