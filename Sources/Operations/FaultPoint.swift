#if DEBUG
  public import Synchronization
#endif

/// The moments around every message and every commit of the protocol: a process that dies at one
/// of them leaves something behind that others have to settle.
///
/// Only a debug build can be told to die there, by a test program that sets `observer`; in a
/// release build passing one does nothing and there is no observer to set.
public enum FaultPoint: String, CaseIterable, Sendable {
  // Orders, placing.
  case quoteBeforeSend, quoteAfterAnswer, holdBeforeSend, holdAfterAnswer
  case orderBeforeCommit, orderBetweenTrips, orderAfterCommit
  // Orders, cancelling and settling.
  case cancelBeforeLook, cancelBeforeCommit, cancelAfterCommit
  case resolveBeforeCommit, resolveAfterCommit
  case relayBeforeSend, relayAfterAnswer, relayAfterDelete
  // Inventory, holding.
  case reserveBeforeCommit, reserveBetweenTrips, reserveAfterCommit
  // Inventory, settling.
  case askBeforeSend, askAfterAnswer
  case settleBeforeCommit, settleAfterCommit
  case releaseBeforeLook, releaseBeforeCommit, releaseAfterCommit

  /// Whose process passes it.
  public var isOfInventory: Bool {
    switch self {
    case .reserveBeforeCommit, .reserveBetweenTrips, .reserveAfterCommit, .askBeforeSend,
      .askAfterAnswer, .settleBeforeCommit, .settleAfterCommit, .releaseBeforeLook,
      .releaseBeforeCommit, .releaseAfterCommit:
      true
    default: false
    }
  }

  #if DEBUG
    public static let observer = Mutex<(@Sendable (FaultPoint) -> Void)?>(nil)

    public func pass() { Self.observer.withLock { $0 }?(self) }
  #else
    @inlinable public func pass() {}
  #endif
}
