import Contracts
import Logging
import RPC
import Synchronization
import Transport

/// Inventory and orders in memory behind a real server: enough of both to sell out.
final class StubShop: InventoryService, OrdersService {
  struct Item: Equatable {
    var available: Int64
    var price: Int64
    var currency: String
  }

  struct Book {
    var items: [String: Item] = [:]
    var refs: [String] = []
    var orders: [String: PlaceOrderRequest] = [:]
    var customers = Set<String>()
  }

  private let state = Mutex(Book())
  private let adjustError: RPCError?

  init(items: [String: Item] = [:], refusingAdjustments adjustError: RPCError? = nil) {
    self.adjustError = adjustError
    state.withLock { $0.items = items }
  }

  var book: Book { state.withLock { $0 } }

  /// Listens on a free port.
  func serve() async throws -> (server: Server, port: Int) {
    var router = Router()
    register(self, with: &router)
    let server = Server(router: router, logger: Logger(label: "stub"))
    return (server, try await server.start(host: "127.0.0.1", port: 0))
  }

  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    guard (1...1000).contains(request.lines.count) else {
      throw RPCError(.invalidArgument, "\(request.lines.count) lines")
    }
    let items = book.items
    var response = CheckStockResponse()
    response.lines = request.lines.map { line in
      let item = items[line.sku]
      return StockAnswer(
        sku: line.sku, known: item != nil, requested: line.quantity,
        available: item?.available ?? 0)
    }
    return response
  }

  func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse { ReconcileStockResponse() }

  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    throw RPCError(.unimplemented, "nobody settles here")
  }

  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    throw RPCError(.unimplemented, "nobody lists here")
  }

  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    if let adjustError { throw adjustError }
    return try state.withLock { book throws(RPCError) in
      guard !book.refs.contains(request.ref), (1...1000).contains(request.items.count) else {
        throw RPCError(.alreadyExists, "ref \(request.ref) or \(request.items.count) items")
      }
      book.refs.append(request.ref)
      for item in request.items {
        if var known = book.items[item.sku] {
          known.available += item.delta
          book.items[item.sku] = known
        } else {
          guard let price = item.unitPriceMinor, let currency = item.currency else {
            throw RPCError(.notFound, item.sku)
          }
          book.items[item.sku] = Item(available: item.delta, price: price, currency: currency)
        }
      }
      return AdjustStockResponse()
    }
  }

  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse {
    throw RPCError(.unimplemented, "no load test reserves stock itself")
  }

  func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt {
    try state.withLock { book throws(RPCError) in
      if let earlier = book.orders[request.requestID] {
        guard earlier == request else { throw Self.refusal(.alreadyExists, "REQUEST_ID_REUSED") }
        return Receipt()
      }
      for line in request.lines {
        guard let item = book.items[line.sku], item.currency == request.currency else {
          throw Self.refusal(.notFound, "SKU_UNKNOWN")
        }
        if item.available < line.quantity {
          throw Self.refusal(.failedPrecondition, "OUT_OF_STOCK")
        }
      }
      for line in request.lines { book.items[line.sku]?.available -= line.quantity }
      book.orders[request.requestID] = request
      book.customers.insert(request.customerID)
      return Receipt()
    }
  }

  func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    throw RPCError(.unimplemented, "nobody lists here")
  }

  func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    throw RPCError(.unimplemented, "nobody cancels here")
  }

  func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse {
    throw RPCError(.unimplemented, "nobody asks here")
  }

  func getOrder(_ request: GetOrderRequest, _ call: CallContext) async throws(RPCError) -> Order {
    throw RPCError(.notFound, "no order is read here")
  }

  private static func refusal(_ code: StatusCode, _ reason: String) -> RPCError {
    let info = ErrorInfo(reason: reason, domain: "orderly")
    return RPCError(code, reason, details: [AnyDetail(info)])
  }

  /// Each through its own protocol: both have a `register`, and `self` is both.
  private func register(_ shop: StubShop, with router: inout Router) {
    func inventory(_ service: some InventoryService) { router.register(service) }
    func orders(_ service: some OrdersService) { router.register(service) }
    inventory(shop)
    orders(shop)
  }
}
