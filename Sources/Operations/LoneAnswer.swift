public import Synchronization

/// Hands the answer to a call for a single item to its caller: a `Gathering` of one, of which there
/// is one for each stage of each order.
@usableFromInline final class LoneAnswer<Answer: Sendable>: Sendable {
  @usableFromInline struct Shared {
    @usableFromInline var caller: CheckedContinuation<Answer, Never>?
    @usableFromInline var isCancelled = false
    @usableFromInline var ticket: UInt64?

    @inlinable init() {}
  }

  @usableFromInline let shared = Mutex(Shared())

  @inlinable init() {}

  @inlinable func begin(_ caller: CheckedContinuation<Answer, Never>) {
    shared.withLock { $0.caller = caller }
  }

  /// The first answer counts; a second one is dropped.
  @inlinable func put(_ answer: Answer) {
    let caller = shared.withLock { shared in
      defer { shared.caller = nil }
      return shared.caller
    }
    caller?.resume(returning: answer)
  }

  /// Notes that the caller is gone; its ticket, when it has one already.
  @inlinable func cancel() -> UInt64? {
    shared.withLock { shared in
      shared.isCancelled = true
      return shared.ticket
    }
  }

  /// Notes the ticket; true when the caller was gone before it had one.
  @inlinable func isCancelled(_ ticket: UInt64) -> Bool {
    shared.withLock { shared in
      shared.ticket = ticket
      return shared.isCancelled
    }
  }
}
