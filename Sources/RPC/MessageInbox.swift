internal import Synchronization

/// Where a connection puts the messages of one stream and a task takes them, on whatever thread it
/// runs.
public final class MessageInbox: Sendable {
  private typealias Waiter = CheckedContinuation<Result<[UInt8]?, RPCError>, Never>

  private struct Guarded {
    var state = InboxState()
    var waiters: [(id: UInt64, waiter: Waiter)] = []
    var lastID: UInt64 = 0
  }

  private let guarded = Mutex(Guarded())
  private let giveBack: @Sendable (Int) -> Void

  /// - Parameter giveBack: Called with a number of bytes to give back to the stream's window, on
  ///   the thread of the task that has taken them.
  public init(giveBack: @escaping @Sendable (Int) -> Void) {
    self.giveBack = giveBack
  }

  /// A whole message, without its envelope and inflated.
  /// - Parameter isCompressed: whether it came compressed.
  public func add(_ message: [UInt8], isCompressed: Bool = false) {
    guarded.withLock { $0.state.add(message, isCompressed: isCompressed) }
    wakeReaders()
  }

  /// Bytes came, whose messages were added before.
  /// - Returns: how many of the window's bytes to give back now.
  public func received(_ byteCount: Int) -> Int {
    guarded.withLock { $0.state.received(byteCount) }
  }

  /// No message follows; with an error, the reader gets that after the last one.
  public func finish(_ error: RPCError? = nil) {
    guarded.withLock { $0.state.finish(error) }
    wakeReaders()
  }

  /// Whether more may come: the call has not ended.
  public var isOpen: Bool { guarded.withLock { $0.state.isOpen } }

  /// Whether the message taken last came compressed.
  var isLastCompressed: Bool { guarded.withLock { $0.state.isLastCompressed } }

  /// The next message, nil after the last one. A cancelled task gets CANCELLED.
  func next() async throws(RPCError) -> [UInt8]? {
    let id = guarded.withLock { guarded in
      guarded.lastID &+= 1
      return guarded.lastID
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let (now, credit) = guarded.withLock { guarded -> (Result<[UInt8]?, RPCError>?, Int) in
          if Task.isCancelled { return (.failure(Self.cancelled), 0) }
          let taken = Self.take(&guarded)
          if taken.result == nil { guarded.waiters.append((id, waiter)) }
          return taken
        }
        if credit > 0 { giveBack(credit) }
        if let now { waiter.resume(returning: now) }
      }
    } onCancel: {
      let waiter = guarded.withLock { guarded -> Waiter? in
        guard let index = guarded.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return guarded.waiters.remove(at: index).waiter
      }
      waiter?.resume(returning: .failure(Self.cancelled))
    }
    return try result.get()
  }

  private func wakeReaders() {
    while true {
      let (woken, credit) = guarded.withLock {
        guarded -> ((Waiter, Result<[UInt8]?, RPCError>)?, Int) in
        guard let waiter = guarded.waiters.first?.waiter else { return (nil, 0) }
        let taken = Self.take(&guarded)
        guard let result = taken.result else { return (nil, 0) }
        guarded.waiters.removeFirst()
        return ((waiter, result), taken.credit)
      }
      if credit > 0 { giveBack(credit) }
      guard let (waiter, result) = woken else { return }
      waiter.resume(returning: result)
    }
  }

  private static func take(
    _ guarded: inout Guarded
  ) -> (result: Result<[UInt8]?, RPCError>?, credit: Int) {
    switch guarded.state.take() {
    case .message(let bytes, let credit): (.success(bytes), credit)
    case .end: (.success(nil), 0)
    case .failed(let error): (.failure(error), 0)
    case .wait: (nil, 0)
    }
  }

  private static var cancelled: RPCError {
    RPCError(.cancelled, "the task that reads the stream was cancelled")
  }
}
