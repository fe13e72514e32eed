import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct AdjustStockTests {
    static func request(
      ref: String = "r1", reason: String = "receipt", actor: String = "test",
      _ items: [StockAdjustment]
    ) -> AdjustStockRequest {
      AdjustStockRequest(ref: ref, reason: reason, actor: actor, items: items)
    }

    static func new(_ sku: String, _ delta: Int64, price: Int64 = 100) -> StockAdjustment {
      StockAdjustment(sku: sku, delta: delta, unitPriceMinor: price, currency: "EUR")
    }

    static func refusal(
      _ inventory: TestInventory, _ request: AdjustStockRequest
    ) async -> RPCError? {
      await failure { () throws(RPCError) in
        _ = try await inventory.handlers.adjustStock(request, CallContext())
      }
    }

    @Test func `a new SKU is created and the figures are told in the order sent`() async throws {
      try await TestInventory.withNode { inventory in
        var marked = Self.new("A", 3, price: 250)
        marked.lowMark = 2
        let response = try await inventory.handlers.adjustStock(
          Self.request([Self.new("B", 0), marked]), CallContext())
        #expect(response.applied)
        #expect(response.items.map(\.sku) == ["B", "A"])
        #expect(response.items.map(\.onHand) == [0, 3])
        #expect(response.items.map(\.available) == [0, 3])
        #expect(response.items.map(\.unitPriceMinor) == [100, 250])
        #expect(response.items.map(\.currency) == ["EUR", "EUR"])
        #expect(response.items.map(\.lowMark) == [0, 2])
        #expect(response.items.map(\.version) == [0, 1])
        let moved = try await inventory.session.texts(
          "SELECT sku, ref, delta, reason, actor FROM movement ORDER BY sku")
        #expect(moved == ["(A,r1,3,receipt,test)", "(B,r1,0,receipt,test)"])
      }
    }

    @Test func `a repeated change changes nothing and says so`() async throws {
      try await TestInventory.withNode { inventory in
        let request = Self.request([Self.new("A", 3)])
        #expect(try await inventory.handlers.adjustStock(request, CallContext()).applied)
        let before = try await inventory.session.rowCounts(TestInventory.tables)
        let again = try await inventory.handlers.adjustStock(request, CallContext())
        #expect(!again.applied && again.items.map(\.onHand) == [3])
        #expect(again.items.map(\.version) == [1])
        let after = try await inventory.session.rowCounts(TestInventory.tables)
        #expect(before == after)
      }
    }

    @Test func `a ref stands for one change only`() async throws {
      try await TestInventory.withNode { inventory in
        _ = try await inventory.handlers.adjustStock(
          Self.request([Self.new("A", 3)]), CallContext())
        let other = await Self.refusal(inventory, Self.request([Self.new("A", 4)]))
        #expect(other?.code == .alreadyExists && other?.reason == "REF_REUSED")
        let more = await Self.refusal(
          inventory, Self.request([Self.new("A", 3), Self.new("B", 1)]))
        #expect(more?.reason == "REF_REUSED" && more?.metadata["skus"] == "B")
        #expect(try await inventory.figures() == ["(A,3,0)"])
      }
    }

    @Test func `all items are applied or none`() async throws {
      try await TestInventory.withNode(stock: [("A", 5), ("B", 5)]) { inventory in
        _ = try await inventory.reserve(TestInventory.freshID(), [("A", 4)])
        let before = try await inventory.session.rowCounts(TestInventory.tables)
        let below = await Self.refusal(
          inventory,
          Self.request([
            StockAdjustment(sku: "B", delta: 7), StockAdjustment(sku: "A", delta: -2),
          ]))
        #expect(below?.code == .failedPrecondition && below?.reason == "STOCK_BELOW_RESERVED")
        #expect(below?.metadata["skus"] == "A")
        let unknown = await Self.refusal(
          inventory,
          Self.request([
            StockAdjustment(sku: "Y", delta: 7), StockAdjustment(sku: "A", delta: 1),
            StockAdjustment(sku: "X", delta: 7),
          ]))
        #expect(unknown?.code == .notFound && unknown?.reason == "SKU_UNKNOWN")
        #expect(unknown?.metadata["skus"] == "Y,X")
        let after = try await inventory.session.rowCounts(TestInventory.tables)
        #expect(before == after)
        #expect(try await inventory.figures() == ["(A,5,4)", "(B,5,0)"])
        _ = try await inventory.handlers.adjustStock(
          Self.request([StockAdjustment(sku: "A", delta: -1)]), CallContext())
        #expect(try await inventory.figures() == ["(A,4,4)", "(B,5,0)"])
      }
    }

    @Test func `a price changes without moving stock, and only with its currency`() async throws {
      try await TestInventory.withNode(stock: [("A", 5)]) { inventory in
        let response = try await inventory.handlers.adjustStock(
          Self.request([Self.new("A", 0, price: 777)]), CallContext())
        #expect(response.items.map(\.unitPriceMinor) == [777])
        #expect(response.items.map(\.version) == [1])
        #expect(try await inventory.check([("A", 1)]).map(\.unitPriceMinor) == [777])
      }
    }

    @Test func `no figure passes 2^53-1`() async throws {
      try await TestInventory.withNode { inventory in
        let most = DomainLimits.amountMax
        _ = try await inventory.handlers.adjustStock(
          Self.request([Self.new("A", most)]), CallContext())
        let more = await Self.refusal(
          inventory, Self.request(ref: "r2", [StockAdjustment(sku: "A", delta: 1)]))
        #expect(more?.fields == ["items[0].delta"])
        let less = await Self.refusal(inventory, Self.request(ref: "r3", [Self.new("B", -1)]))
        #expect(less?.reason == "STOCK_BELOW_RESERVED")
      }
    }

    @Test func `every field that is wrong is named`() async throws {
      try await TestInventory.withNode { inventory in
        let long = String(repeating: "x", count: 129)
        func one(_ item: StockAdjustment) -> AdjustStockRequest { Self.request([item]) }
        let cases: [(AdjustStockRequest, [String])] = [
          (Self.request(ref: "", [Self.new("A", 1)]), ["ref"]),
          (Self.request(ref: long, [Self.new("A", 1)]), ["ref"]),
          (Self.request(ref: "a b", [Self.new("A", 1)]), ["ref"]),
          (Self.request(reason: "", [Self.new("A", 1)]), ["reason"]),
          (Self.request(reason: long, actor: "a\u{0}b", [Self.new("A", 1)]), ["reason", "actor"]),
          (Self.request(actor: "a\nb", [Self.new("A", 1)]), ["actor"]),
          (Self.request([]), ["items"]),
          (Self.request(Array(repeating: Self.new("A", 1), count: 1_001)), ["items"]),
          (Self.request([Self.new("A", 1), Self.new("A", 1)]), ["items[1].sku"]),
          (one(Self.new("a/b", 1)), ["items[0].sku"]),
          (one(Self.new("A", .min)), ["items[0].delta"]),
          (one(Self.new("A", DomainLimits.amountMax + 1)), ["items[0].delta"]),
          (one(StockAdjustment(sku: "A")), ["items[0].delta"]),
          (one(StockAdjustment(sku: "A", delta: 1, unitPriceMinor: 1)), ["items[0].currency"]),
          (
            one(StockAdjustment(sku: "A", delta: 1, currency: "EUR")),
            ["items[0].unit_price_minor"]
          ),
          (one(Self.new("A", 1, price: -1)), ["items[0].unit_price_minor"]),
          (
            one(StockAdjustment(sku: "A", delta: 1, unitPriceMinor: 1, currency: "ZZZ")),
            ["items[0].currency"]
          ),
          (one(StockAdjustment(sku: "A", delta: 1, lowMark: -1)), ["items[0].low_mark"]),
        ]
        for (request, fields) in cases {
          let error = await Self.refusal(inventory, request)
          #expect(error?.code == .invalidArgument && error?.fields == fields, "\(fields)")
        }
        let movements = try await inventory.session.number("SELECT count(*) FROM movement")
        #expect(movements == 0)
      }
    }

    @Test func `two replicas creating the same SKUs at once both come through`() async throws {
      try await TestInventory.withNode { inventory in
        let other = try TestInventory.makeNode(inventory.database)
        try await other.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for round in 0..<20 {
            for (number, node) in [inventory.node, other].enumerated() {
              group.addTask {
                _ = try await node.handlers.adjustStock(
                  Self.request(
                    ref: "n\(number)-\(round)",
                    [Self.new("B\(round)", 1), Self.new("A\(round)", 2)]), CallContext())
              }
            }
          }
          try await group.waitForAll()
        }
        #expect(try await inventory.session.number("SELECT sum(on_hand) FROM stock") == 120)
        await other.stop()
      }
    }
  }
}
