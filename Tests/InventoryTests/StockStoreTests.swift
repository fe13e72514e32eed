import Contracts
import Logging
import Operations
import Postgres
import RPC
import Synchronization
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  /// What happens when many want the same at once, and when the view or the log is wrong.
  @Suite struct StockStoreTests {
    static func bySKU(_ texts: [String]) -> [(String, Int64)] { texts.map { ($0, 1) } }

    @Test func `of a hundred callers for the last piece exactly one gets it`() async throws {
      try await TestInventory.withNode(stock: [("A", 1)]) { inventory in
        let states = await withTaskGroup(of: HoldState?.self) { group in
          for _ in 0..<100 {
            group.addTask {
              try? await inventory.reserve(TestInventory.freshID(), [("A", 1)]).state
            }
          }
          return await group.reduce(into: [HoldState?]()) { $0.append($1) }
        }
        #expect(states.count { $0 == .held } == 1)
        #expect(states.count { $0 == .outOfStock } == 99)
        let figures = try await inventory.figures()
        #expect(figures == ["(A,1,1)"])
      }
    }

    @Test(arguments: [Int64(1_000_000), -1_000_000])
    func `a view that is a million off sells neither too much nor too little`(
      bias: Int64
    ) async throws {
      var settings = InventorySettings()
      settings.viewBias = bias
      try await TestInventory.withNode(settings: settings, stock: [("A", 30), ("B", 7)]) {
        inventory in
        let states = await withTaskGroup(of: HoldState?.self) { group in
          for number in 0..<60 {
            let lines: [(String, Int64)] = number % 4 == 0 ? [("A", 1), ("B", 1)] : [("A", 1)]
            group.addTask {
              try? await inventory.reserve(TestInventory.freshID(), lines).state
            }
          }
          return await group.reduce(into: [HoldState?]()) { $0.append($1) }
        }
        let held = states.count { $0 == .held }
        #expect(states.count { $0 == .outOfStock } == 60 - held)
        let reserved = try await inventory.session.number(
          "SELECT reserved FROM stock WHERE sku = 'A'")
        #expect(reserved == held)
        #expect(held == 30)
      }
    }

    @Test func `two replicas with crosswise baskets never lock each other out`() async throws {
      let skus = (0..<12).map { "S\($0)" }.sorted()
      let stock = skus.map { ($0, Int64(40)) }
      try await TestInventory.withNode(stock: stock) { inventory in
        let other = try TestInventory.makeNode(inventory.database)
        try await other.start()
        let taken = try await withThrowingTaskGroup(of: Int64.self) { group in
          var random = SeededRandom(seed: 11)
          for number in 0..<300 {
            let node = number % 2 == 0 ? inventory.node : other
            let basket = skus.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            let lines = basket.isEmpty ? [("S0", Int64(1))] : basket.map { ($0, Int64(1)) }
            group.addTask {
              let response = try await node.handlers.reserveStock(
                ReserveStockRequest(holds: [TestInventory.hold(TestInventory.freshID(), lines)]),
                CallContext())
              return response.outcomes.first?.state == .held ? Int64(lines.count) : 0
            }
          }
          return try await group.reduce(0, +)
        }
        #expect(try await inventory.session.number("SELECT sum(reserved) FROM stock") == taken)
        let deadlocks = try await inventory.session.number(
          "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        #expect(deadlocks == 0)
        await other.stop()
      }
    }

    @Test func `requests for one id in one batch are judged one after the other`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { inventory in
        let id = try #require(OrderID(TestInventory.freshID()))
        let a = try #require(SKU("A"))
        let one = HoldRequest(orderID: id, lines: [HoldLine(sku: a, quantity: 2)])
        let other = HoldRequest(orderID: id, lines: [HoldLine(sku: a, quantity: 3)])
        let store = inventory.store
        #expect(
          await store.take([one, one, other, one]).map { try? $0.get() }
            == [.held, .held, .conflict, .held])
        #expect(try await inventory.figures() == ["(A,10,2)"])
      }
    }

    @Test func `each committed batch is one row of its stream's log`() async throws {
      try await TestInventory.withNode(stock: [("A", 100)]) { inventory in
        for _ in 0..<5 { _ = try await inventory.reserve(TestInventory.freshID(), [("A", 1)]) }
        let many = (0..<30).map { _ in TestInventory.hold(TestInventory.freshID(), [("A", 1)]) }
        _ = try await inventory.reserve(many)
        _ = try await inventory.reserve(TestInventory.freshID(), [("A", 99)])  // Refused.
        let log = try await inventory.session.texts(
          "SELECT min(pos), max(pos), count(*) FROM stock_log")
        // The claim, the first stock, five holds and a batch of thirty.
        #expect(log == ["(1,8,8)"])
      }
    }

    @Test func `who loses its stream to another writer claims the next one`() async throws {
      let streams = Mutex<[Int16]>([7, 7, 9])
      var settings = InventorySettings()
      settings.stream.chooseStream = {
        streams.withLock { $0.isEmpty ? 11 : $0.removeFirst() }
      }
      try await TestInventory.withNode(settings: settings, stock: [("A", 10)]) { inventory in
        try await inventory.session.run("INSERT INTO stock_log (stream, pos) VALUES (7, 3)")
        #expect(try await inventory.reserve(TestInventory.freshID(), [("A", 1)]).state == .held)
        let log = try await inventory.session.texts(
          "SELECT stream, pos FROM stock_log ORDER BY stream, pos")
        // 7 is young, so it is not chosen again.
        #expect(log == ["(7,1)", "(7,2)", "(7,3)", "(9,1)", "(9,2)"])
      }
    }

    @Test func `statements are prepared once, whatever the size of a batch`() async throws {
      try await TestInventory.withNode(stock: [("A", 100_000)]) { inventory in
        func prepared() async throws -> Int64 {
          try await inventory.node.stream.read([
            .init(.init(name: "count_prepared", sql: "SELECT count(*) FROM pg_prepared_statements"))
          ])[0].single().int64(0)
        }
        _ = try await inventory.reserve(TestInventory.freshID(), [("A", 1)])
        _ = try await prepared()
        let before = try await prepared()
        for size in 1...40 {
          let holds = (0..<size).map { _ in
            TestInventory.hold(TestInventory.freshID(), [("A", 1)])
          }
          _ = try await inventory.reserve(holds)
        }
        #expect(try await prepared() == before)
      }
    }

    @Test func `an update of stock stays on its page`() async throws {
      // Several pages of them: while some session of a busy machine sits on a snapshot, nothing can
      // be cleared away, and one page alone would be full soon.
      let skus = (0..<200).map { "S\($0)" }
      try await TestInventory.withNode(stock: skus.map { ($0, 1_000_000) }) { inventory in
        for batch in 0..<10_000 {
          _ = try await inventory.reserve(
            TestInventory.freshID(), [(skus[batch % skus.count], 1)])
        }
        await inventory.node.stop()  // A session tells its counts when it ends.
        try await inventory.session.run("SELECT pg_stat_clear_snapshot()")
        let hot = try await inventory.session.number(
          "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'stock'")
        let all = try await inventory.session.number(
          "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'stock'")
        #expect(all >= 10_000 && hot * 100 >= all * 95, "\(hot) of \(all)")
      }
    }
  }
}

extension TestInventory {
  /// A second way to the stream of the node, for tests that make batches by hand.
  var store: StockStore {
    StockStore(stream: node.stream, view: StockView(), logger: .init(label: "test"))
  }
}
