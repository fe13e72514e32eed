internal import Contracts
internal import Operations
internal import RPC

/// What orders asks of inventory, in rules' values. Inventory is a peer: whatever it answers
/// against its contract counts as a failure of its own.
struct InventoryCaller: Sendable {
  private let quotes: Quotes
  private let holds: Holds

  init(inventory: any InventoryService, settings: OrdersSettings = OrdersSettings()) {
    quotes = Quotes(inventory: inventory, settings: settings)
    holds = Holds(inventory: inventory, settings: settings)
  }

  /// Price and availability of each line, in the order of the lines.
  func quote(_ order: NormalOrder, _ deadline: Deadline) async throws(Refusal) -> [QuotedLine] {
    let answer: Quotes.Answer
    do throws(WriteFailure) {
      answer = try await quotes.quote(order, deadline)
    } catch {
      throw .write(error)
    }
    do throws(RPCError) {
      return try answer.get()
    } catch {
      throw Self.refusal(error, deadline)
    }
  }

  /// What became of the hold for an order.
  enum Held: Equatable, Sendable {
    case held
    case released
    case conflict
    case outOfStock([Shortfall])
    case unknownSKU([SKU])
  }

  /// Sets the pieces aside.
  func reserve(
    _ order: NormalOrder, as orderID: OrderID, _ deadline: Deadline
  ) async throws(Refusal) -> Held {
    let hold = Hold(
      orderID: orderID.description,
      lines: order.lines.map { StockLine(sku: $0.sku.text, quantity: Int64($0.quantity)) })
    let answer: Holds.Answer
    do throws(WriteFailure) {
      answer = try await holds.take(hold, deadline)
    } catch {
      throw .write(error)
    }
    do throws(RPCError) {
      return try held(answer.get(), order)
    } catch {
      throw Self.refusal(error, deadline)
    }
  }

  /// Notes that an order has been written, for inventory to hear of with the next hold.
  func wasCommitted(_ orderID: OrderID) { holds.wasCommitted(orderID) }

  /// Refuses what is new and waits for what is under way.
  func stop() async {
    await quotes.stop()
    await holds.stop()
  }

  private func held(_ outcome: HoldOutcome, _ order: NormalOrder) throws(RPCError) -> Held {
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
  static let offContract = RPCError(.dataLoss, "inventory answered against its contract")

  /// Our own deadline is ours to tell, also when inventory, which was given the same, noticed it a
  /// moment earlier; everything else is inventory's failure.
  private static func refusal(_ error: RPCError, _ deadline: Deadline) -> Refusal {
    if deadline.hasPassed || error.code == .deadlineExceeded { return .write(.deadline) }
    if Task.isCancelled { return .write(.cancelled) }
    return .inventoryUnavailable(error.code)
  }
}
