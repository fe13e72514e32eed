import Contracts
import RPC
import Synchronization

/// Orders in memory that keep their keys, and a record of what was asked.
final class MemoryOrders: OrdersService {
  struct Stored: Sendable {
    var request: PlaceOrderRequest
    var order: Order
  }

  struct State: Sendable {
    var orders: [String: Stored] = [:]
    var keys: [String: String] = [:]
    var placements: [PlaceOrderRequest] = []
    var questions: [GetOrderRequest] = []
    var cancellations: [CancelOrderRequest] = []
    var lists: [ListOrdersRequest] = []
    var nextPageToken = ""
    var calls: [CallContext] = []
    var remaining: [Duration?] = []
    var failure: RPCError?
    var trailers: [(String, String)] = []
    /// Receipts name this id in place of a good one.
    var forcedID: String?
  }

  private let state = Mutex(State())

  func withState<Result: Sendable>(_ body: (inout State) -> sending Result) -> Result {
    state.withLock { body(&$0) }
  }

  /// Set, a placement waits until its task is cancelled, and then says so.
  let hangs: Bool
  let started = AsyncStream.makeStream(of: Void.self)
  let cancelled = AsyncStream.makeStream(of: Void.self)

  /// Set, a placement waits in front of it.
  let gate: Gate?

  init(hangs: Bool = false, gate: Gate? = nil) {
    self.hangs = hangs
    self.gate = gate
  }

  var callCount: Int { state.withLock { $0.calls.count } }

  func fail(_ failure: RPCError?) {
    state.withLock { $0.failure = failure }
  }

  func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt {
    if hangs { try await hang() }
    await gate?.pass()
    let outcome = state.withLock { state -> Result<Receipt, RPCError> in
      state.calls.append(call)
      state.remaining.append(call.deadline.remaining)
      state.placements.append(request)
      do {
        for (name, value) in state.trailers { try call.trailingMetadata.add(name, value) }
      } catch {
        return .failure(RPCError(.internalError, "\(error)"))
      }
      if let failure = state.failure { return .failure(failure) }
      return Self.place(request, call, &state)
    }
    return try outcome.get()
  }

  private func hang() async throws(RPCError) {
    started.continuation.yield()
    do {
      while true { try await Task.sleep(for: .seconds(3600)) }
    } catch {
      cancelled.continuation.yield()
      throw RPCError(ErrorReason.cancelled, "the caller went away")
    }
  }

  private static func place(
    _ request: PlaceOrderRequest, _ call: CallContext, _ state: inout State
  ) -> Result<Receipt, RPCError> {
    let key = "\(request.customerID) \(request.requestID)"
    if !request.requestID.isEmpty, let id = state.keys[key], let stored = state.orders[id] {
      guard stored.request == request else {
        let info = ErrorInfo(reason: "REQUEST_ID_REUSED", domain: "orderly")
        return .failure(
          RPCError(.alreadyExists, "the key names another order", details: [AnyDetail(info)]))
      }
      do {
        try call.trailingMetadata.add("orderly-replayed", "true")
      } catch {
        return .failure(RPCError(.internalError, "\(error)"))
      }
      return .success(receipt(stored.order))
    }
    let digits = String(state.orders.count + 1, radix: 16)
    let id = "01980000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    var order = Order()
    order.orderID = state.forcedID ?? id
    order.customerID = request.customerID
    order.status = .confirmed
    order.currency = request.currency
    order.version = 1
    order.createdAt = Fixture.time
    order.updatedAt = Fixture.time
    for line in request.lines {
      var priced = OrderLine()
      priced.sku = line.sku
      priced.quantity = line.quantity
      priced.unitPriceMinor = 1299
      order.lines.append(priced)
      order.totalMinor += line.quantity * priced.unitPriceMinor
    }
    state.orders[order.orderID] = Stored(request: request, order: order)
    if !request.requestID.isEmpty { state.keys[key] = order.orderID }
    return .success(receipt(order))
  }

  private static func receipt(_ order: Order) -> Receipt {
    var receipt = Receipt()
    receipt.orderID = order.orderID
    receipt.status = .confirmed
    receipt.currency = order.currency
    receipt.totalMinor = order.totalMinor
    receipt.createdAt = order.createdAt
    receipt.lines = order.lines
    return receipt
  }

  func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    let outcome = state.withLock { state -> Result<ListOrdersResponse, RPCError> in
      state.calls.append(call)
      state.lists.append(request)
      if let failure = state.failure { return .failure(failure) }
      let own = state.orders.values.map(\.order).filter { $0.customerID == request.customerID }
      return .success(
        ListOrdersResponse(
          orders: own.sorted { $0.orderID > $1.orderID }, nextPageToken: state.nextPageToken))
    }
    return try outcome.get()
  }

  func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    let outcome = state.withLock { state -> Result<Order, RPCError> in
      state.calls.append(call)
      state.cancellations.append(request)
      if let failure = state.failure { return .failure(failure) }
      guard var stored = state.orders[request.orderID],
        request.customerID.isEmpty || request.customerID == stored.order.customerID
      else { return .failure(RPCError(ErrorReason.orderUnknown, "there is no such order")) }
      if request.expectedVersion != 0, request.expectedVersion != stored.order.version {
        return .failure(
          RPCError(
            ErrorReason.versionMismatch, "the order has changed",
            metadata: ["version": "\(stored.order.version)"]))
      }
      if stored.order.status == .confirmed {
        stored.order.status = .cancelled
        stored.order.version += 1
        state.orders[request.orderID] = stored
      }
      return .success(stored.order)
    }
    return try outcome.get()
  }

  func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse {
    throw RPCError(.unimplemented, "nobody asks here")
  }

  func getOrder(
    _ request: GetOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    let outcome = state.withLock { state -> Result<Order, RPCError> in
      state.calls.append(call)
      state.questions.append(request)
      if let failure = state.failure { return .failure(failure) }
      guard let stored = state.orders[request.orderID],
        request.customerID.isEmpty || request.customerID == stored.order.customerID
      else {
        let info = ErrorInfo(reason: "ORDER_UNKNOWN", domain: "orderly")
        return .failure(
          RPCError(.notFound, "there is no such order", details: [AnyDetail(info)]))
      }
      return .success(stored.order)
    }
    return try outcome.get()
  }
}

/// A point that a call waits at until a test opens it.
final class Gate: Sendable {
  private let arrivals = AsyncStream.makeStream(of: Void.self)
  private let openings = AsyncStream.makeStream(of: Void.self)

  func pass() async {
    arrivals.continuation.yield()
    var iterator = openings.stream.makeAsyncIterator()
    await iterator.next()
  }

  func entered() async {
    var iterator = arrivals.stream.makeAsyncIterator()
    await iterator.next()
  }

  func open() {
    openings.continuation.finish()
  }
}
