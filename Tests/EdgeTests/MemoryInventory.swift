import Contracts
import RPC
import Synchronization

/// An inventory in memory, and a record of what it was asked.
final class MemoryInventory: InventoryService {
  struct Item: Sendable {
    var onHand: Int64
    var reserved: Int64 = 0
    var price: Int64
    var currency = "EUR"
  }

  struct State: Sendable {
    var items: [String: Item] = [:]
    var references: [String: Int64] = [:]
    var checks: [CheckStockRequest] = []
    var adjustments: [AdjustStockRequest] = []
    var lists: [ListStockRequest] = []
    var nextPageToken = ""
    var calls: [CallContext] = []
    var failure: RPCError?
    /// Answered in place of what the items say.
    var answer: CheckStockResponse?
  }

  private let state = Mutex(State())

  func withState<Result: Sendable>(_ body: (inout State) -> sending Result) -> Result {
    state.withLock { body(&$0) }
  }

  var callCount: Int { state.withLock { $0.calls.count } }
  var lastCall: CallContext? { state.withLock { $0.calls.last } }

  func stock(_ sku: String, _ onHand: Int64, price: Int64 = 1299, reserved: Int64 = 0) {
    state.withLock { $0.items[sku] = Item(onHand: onHand, reserved: reserved, price: price) }
  }

  func fail(_ failure: RPCError?) {
    state.withLock { $0.failure = failure }
  }

  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    let outcome = state.withLock { state -> Result<CheckStockResponse, RPCError> in
      state.calls.append(call)
      state.checks.append(request)
      if let failure = state.failure { return .failure(failure) }
      if let answer = state.answer { return .success(answer) }
      var response = CheckStockResponse()
      response.lines = request.lines.map { line in
        var answer = StockAnswer()
        answer.sku = line.sku
        answer.requested = line.quantity
        if let item = state.items[line.sku] {
          answer.known = true
          answer.available = item.onHand - item.reserved
          answer.unitPriceMinor = item.price
          answer.currency = item.currency
        }
        return answer
      }
      return .success(response)
    }
    return try outcome.get()
  }

  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse {
    throw RPCError(.unimplemented, "the edge must never reserve")
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
    let outcome = state.withLock { state -> Result<ListStockResponse, RPCError> in
      state.calls.append(call)
      state.lists.append(request)
      if let failure = state.failure { return .failure(failure) }
      let items = state.items.sorted { $0.key < $1.key }.map { sku, item in
        var figure = StockFigure()
        figure.sku = sku
        figure.onHand = item.onHand
        figure.reserved = item.reserved
        figure.available = item.onHand - item.reserved
        figure.unitPriceMinor = item.price
        figure.currency = item.currency
        return figure
      }
      return .success(ListStockResponse(items: items, nextPageToken: state.nextPageToken))
    }
    return try outcome.get()
  }

  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    let outcome = state.withLock { state -> Result<AdjustStockResponse, RPCError> in
      state.calls.append(call)
      state.adjustments.append(request)
      if let failure = state.failure { return .failure(failure) }
      var response = AdjustStockResponse()
      for change in request.items {
        var item = state.items[change.sku] ?? Item(onHand: 0, price: 0)
        if state.references.updateValue(change.delta, forKey: request.ref) == nil {
          response.applied = true
          item.onHand += change.delta
        }
        item.price = change.unitPriceMinor ?? item.price
        item.currency = change.currency ?? item.currency
        state.items[change.sku] = item
        var figure = StockFigure()
        figure.sku = change.sku
        figure.onHand = item.onHand
        figure.reserved = item.reserved
        figure.available = item.onHand - item.reserved
        figure.unitPriceMinor = item.price
        figure.currency = item.currency
        response.items.append(figure)
      }
      return .success(response)
    }
    return try outcome.get()
  }
}
