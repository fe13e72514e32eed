internal import RPC
internal import Synchronization

/// Takes one value for one who waits. The first value counts, wherever it comes from.
final class Mailbox<Value: Sendable>: Sendable {
  private enum State {
    case empty
    /// Not the continuation itself, which the runtime would have to be asked how to copy.
    case waiting(@Sendable (Value) -> Void)
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
    let (tell, isFirst) = shared.withLock { shared -> ((@Sendable (Value) -> Void)?, Bool) in
      shared.timer?.cancel()
      shared.timer = nil
      switch shared.state {
      case .empty:
        shared.state = .full(value)
        return (nil, true)
      case .waiting(let tell):
        shared.state = .taken
        return (tell, true)
      case .full, .taken:
        return (nil, false)
      }
    }
    tell?(value)
    return isFirst
  }

  /// Waits for the value. At most one may.
  func take(ifCancelled cancelled: Value) async -> Value {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let value: Value? = shared.withLock { shared in
          guard case .full(let value) = shared.state else {
            shared.state = .waiting { continuation.resume(returning: $0) }
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
