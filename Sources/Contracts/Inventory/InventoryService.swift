public import RPC

/// What it takes to be an inventory: the handlers are one, and so is the remote client.
public protocol InventoryService: Sendable {
  /// Tells availability and price of 1 to 1000 lines. Writes nothing.
  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse

  /// Takes 1 to 1000 holds, each all or nothing. Asking again moves nothing.
  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse

  /// Settles 1 to 1000 holds by what became of their orders. Settling again changes nothing.
  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse

  /// Lists all stock by SKU, a page at a time.
  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse

  /// Changes what is on hand, all items or none, once for each SKU and ref.
  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse

  /// Names the rows that break a stock equation, from one snapshot. Writes nothing.
  func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse

  /// Tells the figures of SKUs, then each change of them, until the caller goes or the server
  /// stops, which is UNAVAILABLE.
  func watchStock(
    _ request: WatchStockRequest, _ replies: MessageWriter<WatchStockResponse>, _ call: CallContext
  ) async throws(RPCError)
}

extension InventoryService {
  /// An inventory that does not look for changes has nothing to watch.
  public func watchStock(
    _ request: WatchStockRequest, _ replies: MessageWriter<WatchStockResponse>, _ call: CallContext
  ) async throws(RPCError) {
    throw RPCError(.unimplemented, "stock cannot be watched here")
  }
}

extension Router {
  @inlinable public mutating func register(_ service: some InventoryService) {
    unary(InventoryAPI.checkStock, service.checkStock)
    unary(InventoryAPI.reserveStock, service.reserveStock)
    unary(InventoryAPI.settleReservations, service.settleReservations)
    unary(InventoryAPI.listStock, service.listStock)
    unary(InventoryAPI.adjustStock, service.adjustStock)
    unary(InventoryAPI.reconcileStock, service.reconcileStock)
    serverStreaming(InventoryAPI.watchStock, service.watchStock)
  }
}
