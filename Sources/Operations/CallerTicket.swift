public import Synchronization

/// The ticket of a caller with a single item, who may go before there is one. Not generic, because
/// the runtime is asked for the type of a generic object whenever one goes.
@usableFromInline final class CallerTicket: Sendable {
  @usableFromInline struct Shared {
    @usableFromInline var isCancelled = false
    @usableFromInline var ticket: UInt64?

    @inlinable init() {}
  }

  @usableFromInline let shared = Mutex(Shared())

  @inlinable init() {}

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
