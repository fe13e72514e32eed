import Contracts
import Operations
import RPC

@testable import Inventory
@testable import Orders

/// Two processes of each service, a database each, a network between them, and customers.
final class SimShop {
  let world: SimWorld
  let network: SimNetwork
  let plan: SimPlan
  let history: SimHistory
  let mutation: SimMutation?
  let stock: SimDatabase<SimStock>
  let ledger: SimDatabase<SimLedger>
  private(set) var inventories: [SimInventory] = []
  private(set) var orders: [SimOrders] = []
  let skus: [SKU]
  /// One exchange with a database in this many is cut.
  private(set) var cutsOneIn = 0

  static let databaseDown = RPCError(.unavailable, "the database cannot be reached")

  init(seed: UInt64, mutation: SimMutation?) {
    world = SimWorld(seed: seed)
    self.mutation = mutation
    plan = SimPlan(world)
    history = SimHistory(world)
    cutsOneIn = plan.cutsOneIn
    network = SimNetwork(world)
    network.losesOneIn = plan.losesOneIn
    network.doublesOneIn = plan.doublesOneIn
    network.delaysOneIn = plan.delaysOneIn
    network.latencyMax = plan.latencyMax
    skus = ["A", "B", "C"].compactMap { SKU($0) }
    var tables = SimStock()
    for (sku, pieces) in zip(skus, plan.stock) {
      tables.stock[sku] = StockFigures(
        sku: sku, onHand: pieces, reserved: 0, backorderLimit: 0, version: 1)
      tables.catalogue[sku] = SimStock.Price(minor: 100, currency: "EUR")
      tables.movements.append((sku, "opening", pieces))
    }
    tables.hasChecks = mutation != .checkDropped
    stock = SimDatabase(tables, in: world)
    ledger = SimDatabase(SimLedger(), in: world)
    history.stateOfOrder = { [unowned ledger] id in ledger.tables.orders[id]?.state }
    inventories = (0..<SimPlan.inventoryCount).map {
      SimInventory(SimNode("inventory\($0)", in: world), stock, self)
    }
    orders = (0..<SimPlan.ordersCount).map {
      SimOrders(SimNode("orders\($0)", in: world), ledger, self)
    }
  }

  private var nodes: [SimNode] { orders.map(\.node) + inventories.map(\.node) }

  /// Runs the whole story and checks its end.
  func run() {
    for planned in plan.faults {
      world.after(planned.at) { [unowned self] in strike(planned.fault) }
    }
    SimCustomers(self).come()
    world.after(SimPlan.faultsEnd) { [unowned self] in heal() }
    world.run(until: SimPlan.end)
    history.check(stock.tables, ledger.tables)
    for count in [stock.deadlocks, ledger.deadlocks] where count > 0 {
      history.breach("B9: \(count) deadlocks")
    }
    dismantle()
  }

  /// Those who know each other would keep each other, a hundred thousand worlds of them.
  private func dismantle() {
    for node in nodes { node.kill() }
    stock.kill()
    ledger.kill()
    for inventory in inventories { inventory.dismantle() }
    for one in orders { one.dismantle() }
    inventories = []
    orders = []
    world.forgetAll()
  }

  private func strike(_ fault: SimPlan.Fault) {
    switch fault {
    case .killOrders(let index, let time): kill(orders[index].node, time)
    case .killInventory(let index, let time): kill(inventories[index].node, time)
    case .killStockDatabase(let time):
      stock.kill()
      world.after(time) { [unowned self] in stock.start() }
    case .killLedgerDatabase(let time):
      ledger.kill()
      world.after(time) { [unowned self] in ledger.start() }
    case .stopOrders(let index, let time): orders[index].node.stop(for: time)
    case .stopInventory(let index, let time): inventories[index].node.stop(for: time)
    case .cut(let one, let other, let time):
      let (from, to) = (nodes[one], nodes[other])
      network.cut(from: from, to: to)
      world.after(time) { [unowned self] in network.mend(from: from, to: to) }
    case .jumpOrders(let index, let jump): orders[index].node.wallOffset += jump
    case .jumpStockDatabase(let jump): stock.wallOffset += jump
    case .jumpLedgerDatabase(let jump): ledger.wallOffset += jump
    }
  }

  private func kill(_ node: SimNode, _ time: Int64) {
    node.kill()
    world.after(time) { node.start() }
  }

  /// Everything works again. A hold that was taken by a clock a year ahead would be asked about in
  /// a year, so that year passes here.
  private func heal() {
    network.heal()
    stock.start()
    ledger.start()
    stock.wallOffset = 0
    ledger.wallOffset = 0
    cutsOneIn = 0
    let now = stock.wallClock
    stock.administer { tables in
      for (id, hold) in tables.holds { tables.holds[id]?.heldAt = min(hold.heldAt, now) }
    }
    for node in nodes {
      node.wallOffset = 0
      node.start()
    }
    for session in inventories.flatMap(\.sessions) { session.cutsOneIn = 0 }
    for session in orders.flatMap(\.sessions) { session.cutsOneIn = 0 }
  }

  // MARK: - Calls between the services

  func quote(
    _ skus: [SKU], from node: SimNode, within time: Int64,
    _ heard: @escaping SimNetwork.Reply<[QuotedLine]>
  ) {
    let inventory = world.pick(inventories)
    network.call(
      from: node, to: inventory.node, timeout: time, { inventory.checkStock(skus, $0) }, heard)
  }

  func reserve(
    _ holds: [HoldRequest], committed: [OrderID], from node: SimNode, within time: Int64,
    _ heard: @escaping SimNetwork.Reply<[HoldAnswer]>
  ) {
    let inventory = world.pick(inventories)
    network.call(
      from: node, to: inventory.node, timeout: time,
      { inventory.reserveStock(holds, committed: committed, $0) }, heard)
  }

  func settle(
    _ settlements: [(id: OrderID, outcome: SettleOutcome)], from node: SimNode,
    _ heard: @escaping SimNetwork.Reply<Void>
  ) {
    let inventory = world.pick(inventories)
    network.call(
      from: node, to: inventory.node, timeout: 500_000,
      { inventory.settleReservations(settlements, $0) }, heard)
  }

  func resolve(
    _ ids: [OrderID], from node: SimNode,
    _ heard: @escaping SimNetwork.Reply<[(id: OrderID, fate: OrderFate)]>
  ) {
    let orders = world.pick(orders)
    network.call(
      from: node, to: orders.node, timeout: 500_000, { orders.resolveOrders(ids, $0) }, heard)
  }
}
