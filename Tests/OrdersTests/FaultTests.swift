import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  /// Something dies on the way: the other service, the connection between them, the database.
  @Suite struct FaultTests {
    static let cut = RPCError(.unavailable, "connection reset")

    @Test func `an inventory that cannot be reached is never a shortage`() async throws {
      try await TestShop.with { shop in
        let before = try await shop.rowCounts()
        var hooks = WatchedInventory.Hooks()
        hooks.beforeCheck = { _ throws(RPCError) in throw Self.cut }
        shop.watched.set(hooks)
        for key in ["", "k"] {
          let error = await shop.place([("A", 1)], key: key).error
          #expect(error?.code == .unavailable && error?.reason == "INVENTORY_UNAVAILABLE")
          #expect(error?.metadata["code"] == "UNAVAILABLE")
        }
        let after = try await shop.rowCounts()
        #expect(before == after)
        shop.watched.set()
        #expect(await shop.place([("A", 1)], key: "k").receipt != nil)
      }
    }

    @Test func `a hold whose answer was lost is asked for again, and taken once`() async throws {
      try await TestShop.with { shop in
        var hooks = WatchedInventory.Hooks()
        hooks.afterReserve = { number throws(RPCError) in if number < 3 { throw Self.cut } }
        for (round, key) in ["", "k"].enumerated() {
          shop.watched.set(hooks)
          let answer = await shop.place([("A", 2)], key: key)
          #expect(answer.receipt != nil && !answer.isReplay)
          #expect(shop.watched.counts.reserves == 3)
          let reserved = try await shop.stockSession.number("SELECT sum(reserved) FROM stock")
          #expect(reserved == Int64(2 * (round + 1)))
        }
      }
    }

    @Test func `after three tries the hold is given up but never released`() async throws {
      try await TestShop.with { shop in
        var hooks = WatchedInventory.Hooks()
        hooks.afterReserve = { _ throws(RPCError) in throw RPCError(.internalError, "boom") }
        shop.watched.set(hooks)
        let error = await shop.place([("A", 2)], key: "k").error
        #expect(error?.reason == "INVENTORY_UNAVAILABLE" && error?.metadata["code"] == "INTERNAL")
        #expect(shop.watched.counts.reserves == 3)
        try await shop.expectReserved(2)
        // The retry finds the hold of the first attempt.
        shop.watched.set()
        let again = await shop.place([("A", 2)], key: "k")
        #expect(again.receipt != nil && !again.isReplay)
        try await shop.expectReserved(2)
      }
    }

    @Test func `an inventory that runs out of our time is our deadline, not its failure`()
      async throws
    {
      try await TestShop.with { shop in
        var hooks = WatchedInventory.Hooks()
        hooks.beforeCheck = { _ throws(RPCError) in
          throw RPCError(.deadlineExceeded, "the deadline passed first")
        }
        shop.watched.set(hooks)
        let error = await shop.place([("A", 1)], key: "k").error
        #expect(error?.code == .deadlineExceeded && error?.reason == "DEADLINE")
      }
    }

    @Test func `an answer against the contract is inventory's failure`() async throws {
      try await TestShop.with { shop in
        for stub in BrokenInventory.Fault.allCases {
          let node = try OrdersNode(
            connectionString: shop.orderSession.connectionString,
            inventory: BrokenInventory(inner: shop.inventory.handlers, fault: stub),
            logger: TestShop.logger)
          try await node.start()
          let error = await shop.place(TestShop.request([("A", 1)]), on: node).error
          #expect(error?.reason == "INVENTORY_UNAVAILABLE", "\(stub)")
          await node.stop()
        }
        let count = try await shop.orderSession.number("SELECT count(*) FROM orders")
        #expect(count == 0)
      }
    }

    /// K3: the order is committed and nobody hears of it, since the process dies before the reply.
    @Test func `an order whose answer was lost is told by the next replica`() async throws {
      try await TestShop.with { shop in
        let request = TestShop.request([("A", 2)], key: "k")
        let unheard = await shop.place(request)
        await shop.orders.stop()
        let other = try await shop.secondOrders()
        let answer = await shop.place(request, on: other)
        #expect(answer.bytes == unheard.bytes && answer.isReplay)
        await other.stop()
      }
    }

    @Test func `a database that is gone is told as such and costs no hold twice`() async throws {
      try await TestShop.with { shop in
        let name = try await shop.orderSession.texts("SELECT current_database()::text")[0]
          .filter { !"()".contains($0) }
        let outside = try await TestSession(shop.stockSession.connectionString)
        try await outside.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        try await outside.run(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = '\(name)' AND application_name = 'orderly'
          """)
        // A batch sent just as its connection is cut may have been committed for all we know.
        var error = await shop.place([("A", 2)], key: "k").error
        while error?.reason == "OUTCOME_UNKNOWN" {
          error = await shop.place([("A", 2)], key: "k").error
        }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == "DATABASE_UNAVAILABLE")
        #expect(error?.message.contains("57P") == false)
        try await outside.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
        await outside.close()
        var answer = await shop.place([("A", 2)], key: "k")
        while answer.receipt == nil { answer = await shop.place([("A", 2)], key: "k") }
        #expect(!answer.isReplay)
        try await shop.expectReserved(2)
      }
    }
  }
}

/// An inventory that answers what its contract rules out.
struct BrokenInventory: InventoryService {
  enum Fault: CaseIterable {
    case noLines, otherSKU, negativePrice, noOutcome, otherOrder, unknownState, emptyShortage
  }

  let inner: any InventoryService
  let fault: Fault

  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    var response = try await inner.checkStock(request, call)
    switch fault {
    case .noLines: response.lines = []
    case .otherSKU: response.lines[0].sku = "Z"
    case .negativePrice: response.lines[0].unitPriceMinor = -1
    default: break
    }
    return response
  }

  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse {
    var outcome = HoldOutcome(orderID: request.holds[0].orderID, state: .held)
    switch fault {
    case .noOutcome: return ReserveStockResponse()
    case .otherOrder: outcome.orderID = "00000000-0000-0000-0000-000000000000"
    case .unknownState: outcome.state = HoldState(rawValue: 99)
    case .emptyShortage: outcome.state = .outOfStock
    default: break
    }
    return ReserveStockResponse(outcomes: [outcome])
  }

  func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse {
    try await inner.reconcileStock(request, call)
  }

  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    try await inner.settleReservations(request, call)
  }

  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    try await inner.listStock(request, call)
  }

  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    try await inner.adjustStock(request, call)
  }
}
