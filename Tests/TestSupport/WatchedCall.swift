public import RPC
internal import Synchronization
public import Wire

/// A server-streaming handler whose messages a test takes one by one. The handler's `write` returns
/// when the test asks for the next message, so a test that does not ask is a reader that is slow.
public final class WatchedCall<Message: WireMessage>: Sendable {
  private struct Shared {
    var unread: Message?
    var reader: CheckedContinuation<Message?, Never>?
    var writer: CheckedContinuation<Void, Never>?
    /// The writer's message has been taken; it goes on at the next question.
    var isTaken = false
    var isOver = false
    var error: RPCError?
  }

  private final class Exchange: Sendable {
    let shared = Mutex(Shared())

    func write(_ message: Message) async {
      await withCheckedContinuation { writer in
        let reader = shared.withLock { shared -> CheckedContinuation<Message?, Never>? in
          shared.writer = writer
          shared.isTaken = shared.reader != nil
          if shared.reader == nil { shared.unread = message }
          defer { shared.reader = nil }
          return shared.reader
        }
        reader?.resume(returning: message)
      }
    }

    func end(_ error: RPCError?) {
      let reader = shared.withLock { shared -> CheckedContinuation<Message?, Never>? in
        shared.isOver = true
        shared.error = error
        defer { shared.reader = nil }
        return shared.reader
      }
      reader?.resume(returning: nil)
    }

    /// The writer whose message was taken, to go on.
    func release() -> CheckedContinuation<Void, Never>? {
      shared.withLock { shared in
        guard shared.isTaken else { return nil }
        shared.isTaken = false
        defer { shared.writer = nil }
        return shared.writer
      }
    }

    func next() async -> Message? {
      release()?.resume()
      return await withCheckedContinuation { reader in
        let now = shared.withLock { shared -> Message?? in
          if let message = shared.unread {
            shared.unread = nil
            shared.isTaken = true
            return .some(message)
          }
          if shared.isOver { return .some(nil) }
          shared.reader = reader
          return nil
        }
        if let now { reader.resume(returning: now) }
      }
    }
  }

  private let exchange = Exchange()
  private let task: Task<Void, Never>

  public init(
    _ handler: @escaping @Sendable (MessageWriter<Message>) async throws(RPCError) -> Void
  ) {
    task = Task { [exchange] in
      let writer = MessageWriter<Message> { (message) throws(RPCError) in
        if Task.isCancelled { throw RPCError(.cancelled, "the caller has gone") }
        await exchange.write(message)
      }
      do throws(RPCError) {
        try await handler(writer)
        exchange.end(nil)
      } catch {
        exchange.end(error)
      }
    }
  }

  /// The next message; nil when the handler has returned.
  public func next() async -> Message? { await exchange.next() }

  /// How the handler ended, once it has; what it still writes is passed over.
  public func end() async -> RPCError? {
    while await next() != nil {}
    return exchange.shared.withLock { $0.error }
  }

  /// The caller goes, as a cut connection does: the handler's task is cancelled.
  public func cancel() async {
    task.cancel()
    _ = await end()
  }
}
