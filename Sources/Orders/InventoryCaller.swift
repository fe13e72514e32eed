internal import Contracts
internal import Operations
internal import RPC

/// What orders asks of inventory, in rules' values. Inventory is a peer: whatever it answers
/// against its contract counts as a failure of its own.
struct InventoryCaller: Sendable {
  let inventory: any InventoryService
  var settings = OrdersSettings.Inventory()

  /// Price and availability of each line, in the order of the lines.
  func quote(_ order: NormalOrder, _ deadline: Deadline) async throws(Refusal) -> [QuotedLine] {
    let request = CheckStockRequest(
      lines: order.lines.map { StockLine(sku: $0.sku.text, quantity: Int64($0.quantity)) },
      consistency: .strong)
    let response: CheckStockResponse
    do throws(RPCError) {
      response = try await inventory.checkStock(request, CallContext(deadline: deadline))
    } catch {
      throw Self.refusal(error, deadline)
    }
    guard response.lines.count == order.lines.count else { throw Self.broken }
    var quote: [QuotedLine] = []
    quote.reserveCapacity(response.lines.count)
    for (asked, answer) in zip(order.lines, response.lines) {
      guard answer.sku == asked.sku.text, answer.available >= 0, answer.unitPriceMinor >= 0 else {
        throw Self.broken
      }
      quote.append(
        QuotedLine(
          known: answer.known, available: answer.available,
          unitPriceMinor: answer.unitPriceMinor, currency: answer.currency))
    }
    return quote
  }

  /// What became of the hold for an order.
  enum Held: Equatable, Sendable {
    case held
    case released
    case conflict
    case outOfStock([Shortfall])
    case unknownSKU([SKU])
  }

  /// Sets the pieces aside. A call that fails or stays silent is repeated with the same id, which
  /// takes nothing twice; nothing is ever released because an answer is missing.
  func reserve(
    _ order: NormalOrder, as orderID: OrderID, _ deadline: Deadline
  ) async throws(Refusal) -> Held {
    let hold = Hold(
      orderID: orderID.description,
      lines: order.lines.map { StockLine(sku: $0.sku.text, quantity: Int64($0.quantity)) })
    let request = ReserveStockRequest(holds: [hold])
    var tries = 0
    while true {
      tries += 1
      let isLast = tries >= settings.reserveTriesMax
      let failure: RPCError
      do throws(RPCError) {
        // All but the last try leave half of the time to those after them.
        let timeout = isLast ? nil : deadline.remaining.map { $0 / 2 }
        let call = CallContext(deadline: deadline).child(timeout: timeout)
        let response = try await inventory.reserveStock(request, call)
        return try held(response, order, hold.orderID)
      } catch {
        failure = error
      }
      guard !isLast, Self.isWorthRepeating(failure.code), !deadline.hasPassed, !Task.isCancelled
      else { throw Self.refusal(failure, deadline) }
      try? await Task.sleep(for: settings.reservePause * (1 << (tries - 1)))
    }
  }

  private func held(
    _ response: ReserveStockResponse, _ order: NormalOrder, _ orderID: String
  ) throws(RPCError) -> Held {
    guard let outcome = response.outcomes.first, response.outcomes.count == 1,
      outcome.orderID == orderID
    else { throw Self.offContract }
    switch outcome.state {
    case .held, .committed: return .held
    case .released: return .released
    case .conflict: return .conflict
    case .outOfStock:
      var available: [SKU: Int64] = [:]
      for shortage in outcome.shortages {
        guard let sku = SKU(shortage.sku) else { throw Self.offContract }
        available[sku] = shortage.available
      }
      let short = order.askedOrder.compactMap { index -> Shortfall? in
        let line = order.lines[index]
        return available[line.sku].map {
          Shortfall(sku: line.sku, requested: Int64(line.quantity), available: max(0, $0))
        }
      }
      guard !short.isEmpty else { throw Self.offContract }
      return .outOfStock(short)
    case .unknownSKU:
      let skus = outcome.unknownSKUs.compactMap { SKU($0) }
      guard !skus.isEmpty else { throw Self.offContract }
      return .unknownSKU(skus.sorted())
    default: throw Self.offContract
    }
  }

  /// An inventory that does not keep to its contract will not do so a moment later either.
  private static let offContract = RPCError(.dataLoss, "inventory answered against its contract")
  private static let broken = Refusal.inventoryUnavailable(.dataLoss)

  /// What a second try cannot change: the request is as it is, and so are our rights.
  private static func isWorthRepeating(_ code: StatusCode) -> Bool {
    switch code {
    case .invalidArgument, .unimplemented, .permissionDenied, .unauthenticated, .dataLoss,
      .outOfRange, .notFound, .alreadyExists, .failedPrecondition:
      false
    default: true
    }
  }

  /// Our own deadline is ours to tell, also when inventory, which was given the same, noticed it a
  /// moment earlier; everything else is inventory's failure.
  private static func refusal(_ error: RPCError, _ deadline: Deadline) -> Refusal {
    if deadline.hasPassed || error.code == .deadlineExceeded { return .write(.deadline) }
    if Task.isCancelled { return .write(.cancelled) }
    return .inventoryUnavailable(error.code)
  }
}
