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
    var reserved: Int64 = 0
  }

  /// What a shop must not do, for those who have to notice.
  enum Fault {
    case sellsOneTooMany
    case makesTwoOrdersOfOneKey
    case answersRepeatsWithAnotherOrder
    case forgetsAnOrder
    case keepsOtherLines
    case takesConflictingKeys
    case breaksAnEquation
    /// None of its own: answers get lost, which proves nothing.
    case losesAnswers
    /// The book cannot be read.
    case hidesItsBooks
  }

  struct Book {
    var items: [String: Item] = [:]
    var refs: [String] = []
    var orders: [String: PlaceOrderRequest] = [:]
    var customers = Set<String>()
    var kept: [Order] = []
    var receipts: [String: Receipt] = [:]
  }

  private let state = Mutex(Book())
  private let adjustError: RPCError?
  private let fault: Fault?

  init(
    items: [String: Item] = [:], refusingAdjustments adjustError: RPCError? = nil,
    fault: Fault? = nil
  ) {
    self.adjustError = adjustError
    self.fault = fault
    state.withLock { $0.items = items }
  }

  var book: Book { state.withLock { $0 } }

  /// Listens on a free port.
  func serve(
    _ settings: ServerSettings = ServerSettings()
  ) async throws -> (server: Server, port: Int) {
    var router = Router()
    register(self, with: &router)
    let server = Server(router: router, settings: settings, logger: Logger(label: "stub"))
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
  ) async throws(RPCError) -> ReconcileStockResponse {
    var response = ReconcileStockResponse()
    if fault == .breaksAnEquation {
      response.violations = [
        StockViolation(
          equation: "reserved", sku: "SKU-000007", orderID: "", expected: 3, found: 4)
      ]
    }
    return response
  }

  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    throw RPCError(.unimplemented, "nobody settles here")
  }

  /// A page is as short as it can be, so that whoever does not turn pages is found out.
  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    if fault == .hidesItsBooks { throw RPCError(.unimplemented, "nobody lists here") }
    let items = book.items.sorted { $0.key < $1.key }
    let first = Int(request.pageToken) ?? 0
    let page = items.dropFirst(first).prefix(20)
    var response = ListStockResponse()
    response.items = page.map { name, item in
      var figure = StockFigure()
      figure.sku = name
      figure.reserved = item.reserved
      return figure
    }
    if first + page.count < items.count { response.nextPageToken = "\(first + page.count)" }
    return response
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
    let (receipt, isReplay) = try state.withLock { book throws(RPCError) in
      try place(request, &book)
    }
    if isReplay { try? call.trailingMetadata.add("orderly-replayed", "true") }
    return receipt
  }

  private func place(
    _ request: PlaceOrderRequest, _ book: inout Book
  ) throws(RPCError) -> (Receipt, isReplay: Bool) {
    let number = UInt64(book.kept.count + 1)
    if let earlier = book.orders[request.requestID] {
      guard earlier == request || fault == .takesConflictingKeys else {
        throw Self.refusal(.alreadyExists, "REQUEST_ID_REUSED")
      }
      var receipt = book.receipts[request.requestID] ?? Receipt()
      if fault == .answersRepeatsWithAnotherOrder { receipt.orderID = Self.id(9, number) }
      return (receipt, true)
    }
    for line in request.lines {
      guard let item = book.items[line.sku], item.currency == request.currency else {
        throw Self.refusal(.notFound, "SKU_UNKNOWN")
      }
      if item.available < line.quantity {
        throw Self.refusal(.failedPrecondition, "OUT_OF_STOCK")
      }
    }
    for line in request.lines {
      book.items[line.sku]?.available -= line.quantity
      book.items[line.sku]?.reserved += line.quantity
    }
    book.orders[request.requestID] = request
    book.customers.insert(request.customerID)
    var order = Order()
    order.orderID = Self.id(1, number)
    order.customerID = request.customerID
    order.status = .confirmed
    order.createdAt = Timestamp(seconds: Int64(number), nanos: 0)
    order.updatedAt = order.createdAt
    order.currency = request.currency
    order.version = 1
    order.lines = request.lines.map { OrderLine(sku: $0.sku, quantity: $0.quantity) }
    var receipt = Receipt()
    receipt.orderID = order.orderID
    receipt.status = order.status
    receipt.currency = order.currency
    receipt.lines = order.lines
    receipt.createdAt = order.createdAt
    book.receipts[request.requestID] = receipt
    book.kept.append(order)
    try misbehave(order, number, &book)
    return (receipt, false)
  }

  private func misbehave(
    _ order: Order, _ number: UInt64, _ book: inout Book
  ) throws(RPCError) {
    guard number == 20 || fault == .losesAnswers && number.isMultiple(of: 10) else { return }
    switch fault {
    case .sellsOneTooMany: book.items[order.lines[0].sku]?.reserved -= 1
    case .makesTwoOrdersOfOneKey:
      var twin = order
      twin.orderID = Self.id(2, number)
      book.kept.append(twin)
    case .forgetsAnOrder:
      // Another takes its place, so that the numbers go on.
      book.kept[book.kept.count - 1].customerID = "nobody"
    case .keepsOtherLines: book.kept[book.kept.count - 1].lines[0].quantity += 1
    case .losesAnswers: throw RPCError(.unavailable, "the answer is lost")
    case .answersRepeatsWithAnotherOrder, .takesConflictingKeys, .breaksAnEquation,
      .hidesItsBooks, nil:
      break
    }
  }

  private static func id(_ series: UInt64, _ number: UInt64) -> String {
    "\(OrderID(high: series << 32 | 0x8000, low: 1 << 63 | number))"
  }

  func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    let orders = book.kept.filter { $0.customerID == request.customerID }
    let first = Int(request.pageToken) ?? 0
    var response = ListOrdersResponse()
    response.orders = Array(orders.dropFirst(first).prefix(2))
    if first + 2 < orders.count { response.nextPageToken = "\(first + 2)" }
    return response
  }

  func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    try state.withLock { book throws(RPCError) in
      guard let place = Self.place(of: request.orderID, request.customerID, book) else {
        throw Self.refusal(.notFound, "ORDER_UNKNOWN")
      }
      if book.kept[place].status == .confirmed {
        book.kept[place].status = .cancelled
        book.kept[place].version += 1
        for line in book.kept[place].lines {
          book.items[line.sku]?.available += line.quantity
          book.items[line.sku]?.reserved -= line.quantity
        }
      }
      return book.kept[place]
    }
  }

  func getOrder(_ request: GetOrderRequest, _ call: CallContext) async throws(RPCError) -> Order {
    let book = book
    guard let place = Self.place(of: request.orderID, request.customerID, book) else {
      throw Self.refusal(.notFound, "ORDER_UNKNOWN")
    }
    return book.kept[place]
  }

  private static func place(of id: String, _ customer: String, _ book: Book) -> Int? {
    book.kept.firstIndex { $0.orderID == id && $0.customerID == customer }
  }

  func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse {
    throw RPCError(.unimplemented, "nobody asks here")
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
