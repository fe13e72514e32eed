public import RPC

/// `service Inventory` in proto/inventory/v1/inventory.proto, one constant for each method.
/// Server and client both take these constants, so no path is typed twice.
public enum InventoryAPI {
  public static let service = "inventory.v1.Inventory"
  /// What the health of a replica is asked by that takes writes: all do, or the only writer.
  public static let writer = "inventory.v1.Inventory/writer"
  public static let checkStock = Method<CheckStockRequest, CheckStockResponse>(
    service, "CheckStock")
  public static let reserveStock = Method<ReserveStockRequest, ReserveStockResponse>(
    service, "ReserveStock")
  public static let settleReservations = Method<
    SettleReservationsRequest, SettleReservationsResponse
  >(service, "SettleReservations")
  public static let listStock = Method<ListStockRequest, ListStockResponse>(service, "ListStock")
  public static let adjustStock = Method<AdjustStockRequest, AdjustStockResponse>(
    service, "AdjustStock")
  public static let reconcileStock = Method<ReconcileStockRequest, ReconcileStockResponse>(
    service, "ReconcileStock")
  public static let watchStock = Method<WatchStockRequest, WatchStockResponse>(
    service, "WatchStock")
}
