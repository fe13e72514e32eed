internal import Contracts
internal import RPC

/// Raises what is available of every SKU of the workload to a level, so that a run measures the
/// taking of orders and not the refusing of them.
struct StockPreparation: Sendable {
  let level: Int64
  let workload: Workload
  let address: TargetAddress
  /// Names the run. Inventory applies a ref once, so a repeated one would change nothing.
  let ref: String

  /// What the inventory service takes in one call.
  private static let linesMax = 1000

  init(level: Int64, workload: Workload, address: TargetAddress) {
    self.level = level
    self.workload = workload
    self.address = address
    var random = SystemRandomNumberGenerator()
    let number = UInt64.random(in: .min ... .max, using: &random)
    ref = "rpcload-" + String(number, radix: 16)
  }

  func run(over inventory: some InventoryService) async throws(LoadError) {
    let names = workload.catalogue.names
    for start in stride(from: 0, to: names.count, by: Self.linesMax) {
      let ranks = start..<min(start + Self.linesMax, names.count)
      do throws(RPCError) {
        let answer = try await inventory.checkStock(check(ranks), CallContext())
        let items = try missing(ranks, answer)
        guard !items.isEmpty else { continue }
        var change = AdjustStockRequest()
        change.ref = "\(ref)-\(start)"
        change.reason = "load test"
        change.actor = "rpcload"
        change.items = items
        _ = try await inventory.adjustStock(change, CallContext())
      } catch {
        throw failure(error)
      }
    }
  }

  private func check(_ ranks: Range<Int>) -> CheckStockRequest {
    var request = CheckStockRequest()
    request.lines = ranks.map { rank in
      var line = StockLine()
      line.sku = workload.catalogue.names[rank]
      line.quantity = 1
      return line
    }
    return request
  }

  /// What has to be added. A SKU that the catalogue does not know comes into it with a price.
  private func missing(
    _ ranks: Range<Int>, _ answer: CheckStockResponse
  ) throws(RPCError) -> [StockAdjustment] {
    guard answer.lines.count == ranks.count else {
      throw RPCError(.internalError, "\(answer.lines.count) lines for \(ranks.count)")
    }
    var items: [StockAdjustment] = []
    for (rank, line) in zip(ranks, answer.lines) where !line.known || line.available < level {
      var item = StockAdjustment()
      item.sku = workload.catalogue.names[rank]
      // Figures come from the peer: one below zero is no amount to count from.
      item.delta = level - min(max(line.available, 0), level)
      if !line.known {
        item.unitPriceMinor = Catalogue.price(rank: rank)
        item.currency = workload.settings.currency
      }
      items.append(item)
    }
    return items
  }

  private func failure(_ error: RPCError) -> LoadError {
    let cause = ShopClients.cause(error)
    return LoadError(.preparationFailed(address: address.description, cause: cause))
  }
}
