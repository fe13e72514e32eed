public import Synchronization

/// The tickets of a caller, who may go before there are any. Not generic, because the runtime is
/// asked for the type of a generic object whenever one goes.
@usableFromInline final class CallerTickets: Sendable {
  @usableFromInline struct Shared {
    @usableFromInline var isCancelled = false
    @usableFromInline var tickets: Range<UInt64>?

    @inlinable init() {}
  }

  @usableFromInline let shared = Mutex(Shared())

  @inlinable init() {}

  /// Notes that the caller is gone; its tickets, when it has some already.
  @inlinable func cancel() -> Range<UInt64>? {
    shared.withLock { shared in
      shared.isCancelled = true
      return shared.tickets
    }
  }

  /// Notes the tickets; true when the caller was gone before it had any.
  @inlinable func isCancelled(_ tickets: Range<UInt64>) -> Bool {
    shared.withLock { shared in
      shared.tickets = tickets
      return shared.isCancelled
    }
  }
}
