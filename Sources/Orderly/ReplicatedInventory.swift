import Contracts
import RPC

/// Several replicas of inventory, of which one may be the only writer: changes go there, and
/// questions to any, so that they are answered while a writer is missing.
struct ReplicatedInventory: InventoryService {
  let any: RemoteInventory
  let writer: RemoteInventory

  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse { try await any.checkStock(request, call) }

  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse { try await writer.reserveStock(request, call) }

  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    try await writer.settleReservations(request, call)
  }

  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse { try await any.listStock(request, call) }

  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse { try await writer.adjustStock(request, call) }

  func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse { try await any.reconcileStock(request, call) }

  func watchStock(
    _ request: WatchStockRequest, _ replies: MessageWriter<WatchStockResponse>,
    _ call: CallContext
  ) async throws(RPCError) { try await any.watchStock(request, replies, call) }
}
