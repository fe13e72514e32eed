import Contracts
import RPC

@testable import Inventory
@testable import Orders

/// Those who order, cancel and restock. A customer with a key sends the same request again until
/// the answer is definite; some send another body under the same key, some go away.
final class SimCustomers {
  private let shop: SimShop
  private let node: SimNode
  private var world: SimWorld { shop.world }

  init(_ shop: SimShop) {
    self.shop = shop
    node = SimNode("customers", in: shop.world)
  }

  func come() {
    for number in 0..<world.draw(3...8) { order(number) }
    for number in 0..<world.draw(0...2) { restock(number) }
    if world.chance(oneIn: 3) { changePrices() }
  }

  private func order(_ number: Int64) {
    let isKeyed = !world.chance(oneIn: 4)
    let bodies = isKeyed && world.chance(oneIn: 5) ? 2 : 1
    for _ in 0..<bodies {
      let lines = (0..<world.draw(1...3)).map { _ in
        (sku: world.pick(shop.skus).text, quantity: world.draw(1...3))
      }
      guard
        let order = try? OrderRules.normalise(
          customerID: "c\(number)", requestID: isKeyed ? "k\(number)" : "", currency: "EUR",
          lines: lines)
      else { continue }
      let cancels = world.chance(oneIn: 3)
      for _ in 0..<(isKeyed && world.chance(oneIn: 4) ? 2 : 1) {
        node.after(world.draw(0...shop.plan.rush)) { [self] in send(order, 1, cancels: cancels) }
      }
    }
  }

  private func send(_ order: NormalOrder, _ attempt: Int, cancels: Bool) {
    shop.history.willSend(order)
    let sentAt = world.now
    let timeout = world.draw(50_000...1_000_000)
    let goesAway = order.isKeyed || !world.chance(oneIn: 3) ? nil : world.draw(1_000...300_000)
    let orders = world.pick(shop.orders)
    shop.network.call(
      from: node, to: orders.node, timeout: timeout + 20_000
    ) { (reply: @escaping SimNetwork.Reply<SimOrders.Answer>) in
      orders.placeOrder(order, within: timeout, goesAwayAfter: goesAway) { reply(.success($0)) }
    } _: { [self] heard in
      switch heard {
      case .success(.success(let placement)):
        shop.history.didHear(order, sentAt: sentAt, .success(placement.receipt))
        if cancels { cancel(placement.receipt.orderID, 1) }
        // Whoever has a receipt may ask once more all the same, and much later.
        if order.isKeyed, attempt < 90 {
          node.after(world.draw(1_000...1_500_000)) { [self] in send(order, 90, cancels: false) }
        }
      case .success(.failure(let refusal)):
        shop.history.didHear(order, sentAt: sentAt, .failure(refusal))
        if !refusal.isDefinite { sendAgain(order, attempt, cancels: cancels) }
      case .failure(let error):
        shop.history.didHear(
          order, sentAt: sentAt, .failure(.inventoryUnavailable(error.code)))
        sendAgain(order, attempt, cancels: cancels)
      }
    }
  }

  private func sendAgain(_ order: NormalOrder, _ attempt: Int, cancels: Bool) {
    guard order.isKeyed, attempt != 60, attempt < 150 else { return }
    node.after(world.draw(5_000...400_000)) { [self] in
      send(order, attempt + 1, cancels: cancels)
    }
  }

  private func cancel(_ orderID: String, _ attempt: Int) {
    guard let id = OrderID(orderID), attempt < 60 else { return }
    let orders = world.pick(shop.orders)
    shop.network.call(
      from: node, to: orders.node, timeout: 700_000
    ) { (reply: @escaping SimNetwork.Reply<SimOrders.Written>) in
      orders.cancelOrder(id) { reply(.success($0)) }
    } _: { [self] answer in
      if case .success(.success(.cancellation(.cancelled))) = answer {
        shop.history.cancelled += 1
        return
      }
      node.after(world.draw(5_000...300_000)) { [self] in cancel(orderID, attempt + 1) }
    }
  }

  private func restock(_ number: Int64) {
    let change = StockChange(
      ref: "restock-\(number)", reason: "receipt", actor: "test",
      items: [
        StockChange.Item(
          sku: world.pick(shop.skus), delta: world.draw(1...4), price: nil, lowMark: nil)
      ])
    node.after(world.draw(0...2_500_000)) { [self] in restock(change, 1) }
  }

  private func restock(_ change: StockChange, _ attempt: Int) {
    let inventory = world.pick(shop.inventories)
    shop.network.call(
      from: node, to: inventory.node, timeout: 700_000
    ) { (reply: @escaping SimNetwork.Reply<StockChangeAnswer>) in
      inventory.adjustStock(change, reply)
    } _: { [self] answer in
      switch answer {
      case .success(.applied), .success(.repeated): return
      case .success(let other): shop.history.breach("R5: \(other) for \(change)")
      case .failure:
        guard attempt < 60 else { return }
        node.after(world.draw(5_000...300_000)) { [self] in restock(change, attempt + 1) }
      }
    }
  }

  /// The catalogue changes under way: another price, then another currency, then as it was.
  private func changePrices() {
    let sku = world.pick(shop.skus)
    let start = world.draw(0...1_500_000)
    let prices = [
      SimStock.Price(minor: 250, currency: "EUR"), SimStock.Price(minor: 300, currency: "USD"),
      SimStock.Price(minor: 120, currency: "EUR"),
    ]
    for (step, price) in prices.enumerated() {
      node.after(start + Int64(step) * 600_000) { [self] in
        shop.stock.administer { $0.catalogue[sku] = price }
      }
    }
  }
}
