internal import Synchronization

/// Where a task puts the messages of one stream, on whatever thread it runs, and a connection takes
/// them. A task that is ahead of the peer's window waits here.
public final class MessageOutbox: Sendable {
  private typealias Waiter = CheckedContinuation<RPCError?, Never>

  private struct Guarded {
    var state: OutboxState
    var waiters: [(id: UInt64, waiter: Waiter)] = []
    var lastID: UInt64 = 0
  }

  private let guarded: Mutex<Guarded>
  private let messageBytesMax: Int
  private let wake: @Sendable () -> Void

  /// - Parameters:
  ///   - messageBytesMax: The longest message that may be written.
  ///   - unsentBytesMax: More than that waiting for the peer's window makes a writer wait.
  ///   - wake: Tells the connection to call `take`, then `unsent` whenever it has sent.
  public init(
    unsentBytesMax: Int, messageBytesMax: Int = Envelope.messageBytesMax,
    wake: @escaping @Sendable () -> Void
  ) {
    self.messageBytesMax = messageBytesMax
    guarded = Mutex(Guarded(state: OutboxState(unsentBytesMax: unsentBytesMax)))
    self.wake = wake
  }

  /// Returns when no more than `unsentBytesMax` wait for the peer. A cancelled task gets CANCELLED;
  /// what it wrote may still be sent.
  func write(_ sealed: [UInt8]) async throws(RPCError) {
    if Task.isCancelled { throw Self.cancelled }
    try Envelope.check(sealed, limit: messageBytesMax)
    let (result, isFull, id) = guarded.withLock {
      guarded -> (Result<Bool, RPCError>, Bool, UInt64) in
      let result = Result { () throws(RPCError) in try guarded.state.write(sealed) }
      guarded.lastID &+= 1
      return (result, guarded.state.isFull, guarded.lastID)
    }
    if try result.get() { wake() }
    guard isFull else { return }
    let error = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let isOver = guarded.withLock { guarded -> RPCError?? in
          if Task.isCancelled { return .some(Self.cancelled) }
          if guarded.state.isFull {
            guarded.waiters.append((id, waiter))
            return nil
          }
          return .some(guarded.state.refusal)
        }
        if let isOver { waiter.resume(returning: isOver) }
      }
    } onCancel: {
      let waiter = guarded.withLock { guarded -> Waiter? in
        guard let index = guarded.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return guarded.waiters.remove(at: index).waiter
      }
      waiter?.resume(returning: Self.cancelled)
    }
    if let error { throw error }
  }

  /// Half-closes behind what was written.
  public func finish() {
    if guarded.withLock({ $0.state.finish() }) { wake() }
  }

  /// Nothing can be sent any more; whoever waits is told why.
  public func close(_ error: RPCError) {
    guarded.withLock { $0.state.close(error) }
    release()
  }

  /// Sends the reply's header block now, ahead of its first message.
  func sendHead() throws(RPCError) {
    let result = guarded.withLock { guarded in
      Result { () throws(RPCError) in try guarded.state.sendHead() }
    }
    if try result.get() { wake() }
  }

  /// What to hand to the session.
  public func take() -> OutboxContents {
    guarded.withLock { $0.state.take() }
  }

  /// How much of what was taken has not been sent yet.
  public func unsent(_ byteCount: Int) {
    guarded.withLock { $0.state.unsent(byteCount) }
    release()
  }

  private func release() {
    let (waiters, error) = guarded.withLock { guarded -> ([Waiter], RPCError?) in
      guard !guarded.waiters.isEmpty, !guarded.state.isFull else { return ([], nil) }
      defer { guarded.waiters = [] }
      return (guarded.waiters.map(\.waiter), guarded.state.refusal)
    }
    for waiter in waiters { waiter.resume(returning: error) }
  }

  private static var cancelled: RPCError {
    RPCError(.cancelled, "the task that writes the stream was cancelled")
  }
}
