import Contracts
import RPC
import Synchronization
import Wire

/// An honest shop in memory that never runs out: enough of both services to take millions of orders
/// from the load generator and to show them again. It keeps no keys, since nothing here is sent
/// twice.
final class OrderBooks: InventoryService, OrdersService {
  private struct State {
    var count: UInt64 = 0
    /// By customer: orders, each behind the four bytes of its length.
    var books: [String: [UInt8]] = [:]
    var reserved: [String: Int64] = [:]
  }

  private let state = Mutex(State())

  // MARK: Inventory

  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    state.withLock { for item in request.items { $0.reserved[item.sku, default: 0] += 0 } }
    return AdjustStockResponse()
  }

  /// Each has as much as was ever asked for.
  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    let reserved = state.withLock { $0.reserved }
    var response = CheckStockResponse()
    response.lines = request.lines.map { line in
      StockAnswer(
        sku: line.sku, known: reserved[line.sku] != nil, requested: line.quantity,
        available: reserved[line.sku] == nil ? 0 : line.quantity)
    }
    return response
  }

  /// One page with everything.
  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    var response = ListStockResponse()
    response.items = state.withLock { $0.reserved }.sorted { $0.key < $1.key }
      .map { sku, reserved in
        var figure = StockFigure()
        figure.sku = sku
        figure.reserved = reserved
        return figure
      }
    return response
  }

  func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse { ReconcileStockResponse() }

  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse { throw Self.notServed }

  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse { throw Self.notServed }

  // MARK: Orders

  func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt {
    state.withLock { state in
      state.count += 1
      var order = Order()
      order.orderID = "\(OrderID(high: 1 << 32 | 0x8000, low: 1 << 63 | state.count))"
      order.customerID = request.customerID
      order.status = .confirmed
      order.createdAt = Timestamp(seconds: Int64(state.count), nanos: 0)
      order.currency = request.currency
      order.version = 1
      order.lines = request.lines.map { OrderLine(sku: $0.sku, quantity: $0.quantity) }
      for line in order.lines { state.reserved[line.sku, default: 0] += line.quantity }
      let bytes = order.wireBytes
      let length = UInt32(truncatingIfNeeded: bytes.count).bigEndian
      state.books[order.customerID, default: []] += (0..<4).map {
        UInt8(truncatingIfNeeded: length >> ($0 * 8))
      }
      state.books[order.customerID, default: []] += bytes
      var receipt = Receipt()
      receipt.orderID = order.orderID
      receipt.status = order.status
      receipt.currency = order.currency
      receipt.lines = order.lines
      receipt.createdAt = order.createdAt
      return receipt
    }
  }

  /// Oldest first; the token is where in the book the page begins.
  func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    let book = state.withLock { $0.books[request.customerID] ?? [] }
    var offset = Int(request.pageToken) ?? 0
    var response = ListOrdersResponse()
    while offset + 4 <= book.count, response.orders.count < Int(request.pageSize) {
      let length = book[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = min(offset + 4 + length, book.count)
      do throws(WireError) {
        response.orders.append(try Order(wireBytes: Array(book[offset + 4..<end])))
      } catch {
        throw RPCError(.internalError, "an order of the book does not decode")
      }
      offset = end
    }
    if offset < book.count { response.nextPageToken = "\(offset)" }
    return response
  }

  func getOrder(_ request: GetOrderRequest, _ call: CallContext) async throws(RPCError) -> Order {
    throw Self.notServed
  }

  func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order { throw Self.notServed }

  func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse { throw Self.notServed }

  private static let notServed = RPCError(.unimplemented, "the benchmark does not ask for this")

  /// Each through its own protocol: both have a `register`, and `self` is both.
  func register(with router: inout Router) {
    func inventory(_ service: some InventoryService) { router.register(service) }
    func orders(_ service: some OrdersService) { router.register(service) }
    inventory(self)
    orders(self)
  }
}
