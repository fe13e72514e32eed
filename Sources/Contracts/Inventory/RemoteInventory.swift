public import RPC

/// An inventory somewhere else, reached through a caller.
public struct RemoteInventory: InventoryService {
  private let caller: any StreamingCaller

  public init(_ caller: any StreamingCaller) {
    self.caller = caller
  }

  public func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    try await caller.unary(InventoryAPI.checkStock, request, call)
  }

  public func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse {
    try await caller.unary(InventoryAPI.reserveStock, request, call)
  }

  public func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    try await caller.unary(InventoryAPI.settleReservations, request, call)
  }

  public func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    try await caller.unary(InventoryAPI.listStock, request, call)
  }

  public func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    try await caller.unary(InventoryAPI.adjustStock, request, call)
  }

  public func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse {
    try await caller.unary(InventoryAPI.reconcileStock, request, call)
  }

  public func watchStock(
    _ request: WatchStockRequest, _ replies: MessageWriter<WatchStockResponse>, _ call: CallContext
  ) async throws(RPCError) {
    try await caller.serverStreaming(InventoryAPI.watchStock, request, call) {
      (changes) throws(RPCError) in
      while let message = try await changes.next() { try await replies.write(message) }
    }
  }
}
