internal import Contracts
internal import Operations
internal import RPC

/// Asks inventory to set pieces aside. Whatever waits is one call; with it go the ids of orders
/// that were committed since the call before, whose holds need no asking about then.
struct Holds: Sendable {
  /// One order's hold.
  private struct Wish: Batchable {
    let hold: Hold
    let deadline: Deadline
    var lineCount: Int { hold.lines.count }
    /// The cap on SKUs is inventory's own; here it has nothing to protect.
    var skus: [SKU] { [] }
  }

  typealias Answer = Result<HoldOutcome, RPCError>

  private let flusher: Flusher<Wish, Answer>
  private let committed: CommittedOrders

  init(inventory: any InventoryService, settings: OrdersSettings) {
    let committed = CommittedOrders()
    self.committed = committed
    let limits = settings.inventory
    flusher = Flusher(
      caps: settings.caps, waitingMax: settings.waitingMax, executor: settings.executor
    ) { wishes in
      await Self.take(inventory, wishes, committed, limits).map { .success($0) }
    }
  }

  /// Takes a hold. A call that fails or stays silent is repeated with the same id, which takes
  /// nothing twice; nothing is ever released because an answer is missing.
  func take(_ hold: Hold, _ deadline: Deadline) async throws(WriteFailure) -> Answer {
    try await flusher.submit(Wish(hold: hold, deadline: deadline), deadline: deadline)
  }

  /// Notes that an order has been written, so that its hold is for good.
  func wasCommitted(_ orderID: OrderID) { committed.add(orderID) }

  func stop() async { await flusher.stop() }

  private static func take(
    _ inventory: any InventoryService, _ wishes: [Wish], _ committed: CommittedOrders,
    _ limits: OrdersSettings.Inventory
  ) async -> [Answer] {
    let deadline = wishes.lazy.map(\.deadline).max() ?? .never
    var request = ReserveStockRequest(holds: wishes.map(\.hold))
    request.committedIDs = committed.take().map(\.description)
    var tries = 0
    while true {
      tries += 1
      let isLast = tries >= limits.reserveTriesMax
      let failure: RPCError
      do throws(RPCError) {
        // All but the last try leave half of the time to those after them.
        let timeout = isLast ? nil : deadline.remaining.map { $0 / 2 }
        let call = CallContext(deadline: deadline).child(timeout: timeout)
        FaultPoint.holdBeforeSend.pass()
        let response = try await inventory.reserveStock(request, call)
        FaultPoint.holdAfterAnswer.pass()
        guard response.outcomes.map(\.orderID) == wishes.map(\.hold.orderID) else {
          throw InventoryCaller.offContract
        }
        return response.outcomes.map { .success($0) }
      } catch {
        failure = error
      }
      guard !isLast, isWorthRepeating(failure.code), !deadline.hasPassed else {
        return wishes.map { _ in .failure(failure) }
      }
      try? await Task.sleep(for: limits.reservePause * (1 << (tries - 1)))
    }
  }

  /// What a second try cannot change: the request is as it is, and so are our rights.
  private static func isWorthRepeating(_ code: StatusCode) -> Bool {
    switch code {
    case .invalidArgument, .unimplemented, .permissionDenied, .unauthenticated, .dataLoss,
      .outOfRange, .notFound, .alreadyExists, .failedPrecondition:
      false
    default: true
    }
  }
}
