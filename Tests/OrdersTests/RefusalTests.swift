import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory
@testable import Orders

extension OrdersOnPostgres {
  /// Orders that do not come through: what the caller hears, and that nothing is left behind.
  @Suite struct RefusalTests {
    /// A hundred of the longest SKUs would pass what clients and our own server take as details.
    @Test func `a list too long for metadata is cut and says by how many`() async throws {
      let known = (100..<200).map { String(repeating: "K", count: 61) + "\($0)" }
      try await TestShop.with(stock: known.map { ($0, 1) }) { shop in
        let short = await shop.place(known.map { ($0, 2) }).error
        let lines = try #require(short?.detail(OutOfStock.self)?.lines)
        #expect(short?.reason == "OUT_OF_STOCK" && lines.count > 20)
        #expect(lines.map(\.sku) == Array(known.prefix(lines.count)))
        #expect(short?.metadata["omitted"] == String(100 - lines.count))
        let unknown = await shop.place(known.map { ($0.lowercased(), 1) }).error
        let named = try #require(unknown?.metadata["skus"]?.split(separator: ","))
        #expect(named.count > 10 && named[0] == known[0].lowercased())
        #expect(unknown?.metadata["omitted"] == String(100 - named.count))
        for error in [short, unknown] {
          let (fields, isDropped) = ReplyHeaders.failure(
            try #require(error), messageBytesMax: 1024, detailsBytesMax: 4096)
          #expect(!isDropped && fields.count > 2)
        }
      }
    }

    @Test(arguments: ["", "k-1"])
    func `every refusal names its reason and leaves no row`(key: String) async throws {
      try await TestShop.with(stock: [("A", 10), ("B", 1), ("C", 0)]) { shop in
        try await shop.add([("D", 5)], ref: "dollars", currency: "USD")
        try await shop.add([("E", 5)], ref: "dear", price: DomainLimits.amountMax)
        let before = try await shop.rowCounts()
        let cases: [([(String, Int64)], StatusCode, String)] = [
          ([("C", 1), ("X", 1), ("D", 1), ("W", 1)], .notFound, "SKU_UNKNOWN"),
          ([("E", 2), ("D", 9), ("C", 1)], .failedPrecondition, "CURRENCY_MISMATCH"),
          ([("E", 2), ("C", 1)], .outOfRange, "TOTAL_OVERFLOW"),
          ([("C", 1), ("A", 3), ("B", 2), ("C", 1)], .failedPrecondition, "OUT_OF_STOCK"),
        ]
        for (lines, code, reason) in cases {
          let error = await shop.place(lines, key: key).error
          #expect(error?.code == code && error?.reason == reason)
          #expect(error?.detail(ErrorInfo.self)?.domain == "orderly")
          switch reason {
          case "SKU_UNKNOWN": #expect(error?.metadata["skus"] == "W,X")
          case "CURRENCY_MISMATCH": #expect(error?.metadata["skus"] == "D")
          case "OUT_OF_STOCK":
            let short = error?.detail(OutOfStock.self)?.lines
            #expect(
              short == [
                Contracts.ShortLine(sku: "C", requested: 2, available: 0),
                Contracts.ShortLine(sku: "B", requested: 2, available: 1),
              ])
          default: break
          }
        }
        let after = try await shop.rowCounts()
        #expect(before == after)
        // The key may be used again.
        #expect(await shop.place([("A", 1)], key: key).receipt != nil)
      }
    }

    @Test func `a malformed request reaches neither inventory nor the database`() async throws {
      try await TestShop.with { shop in
        let before = try await shop.rowCounts()
        shop.watched.set()
        let request = PlaceOrderRequest(
          customerID: "", currency: "E", lines: [PlaceOrderLine(sku: "", quantity: 0)],
          requestID: " ")
        let error = await shop.place(request).error
        #expect(error?.code == .invalidArgument && error?.reason == "INVALID_REQUEST")
        #expect(
          error?.fields == [
            "customer_id", "request_id", "currency", "lines[0].sku", "lines[0].quantity",
          ])
        let tooMany = (0..<101).map { ("S\($0)", Int64(1)) }
        #expect(await shop.place(tooMany).error?.fields == ["lines"])
        #expect(await shop.place([]).error?.fields == ["lines"])
        #expect(shop.watched.counts == .init())
        let after = try await shop.rowCounts()
        #expect(before == after)
      }
    }

    @Test func `without a key a quote that is short ends the call`() async throws {
      try await TestShop.with(stock: [("A", 0)]) { shop in
        shop.watched.set()
        _ = await shop.place([("A", 1)])
        _ = await shop.place([("X", 1)])
        #expect(shop.watched.counts == .init(checks: 2, reserves: 0))
        // With one it may be the retry of the order that took the last piece.
        _ = await shop.place([("A", 1)], key: "k")
        _ = await shop.place([("X", 1)], key: "k")
        #expect(shop.watched.counts == .init(checks: 4, reserves: 2))
      }
    }

    @Test func `a key names one order only`() async throws {
      try await TestShop.with { shop in
        let first = try #require(await shop.place([("A", 1)], key: "k").receipt)
        let before = try await shop.rowCounts()
        let others: [PlaceOrderRequest] = [
          TestShop.request([("A", 2)], key: "k"), TestShop.request([("X", 1)], key: "k"),
          TestShop.request([("A", 900)], key: "k"),
          TestShop.request([("A", 1)], key: "k", currency: "USD"),
        ]
        for request in others {
          let error = await shop.place(request).error
          #expect(error?.code == .alreadyExists && error?.reason == "REQUEST_ID_REUSED")
          #expect(error?.metadata["order_id"] == first.orderID)
        }
        let after = try await shop.rowCounts()
        #expect(before == after)
        let customer = TestShop.request([("A", 1)], key: "k", customer: "c-2")
        #expect(await shop.place(customer).receipt?.orderID != first.orderID)
      }
    }

    @Test func `a key spent by an aborted row says so, whatever else is wrong`() async throws {
      try await TestShop.with(stock: [("A", 1)]) { shop in
        let id = OrderRules.orderID(customerID: "c-1", requestID: "k")
        try await shop.orderSession.run(
          """
          INSERT INTO orders (order_id, status, created_at, updated_at)
          VALUES ('\(id)', 3, now(), now())
          """)
        for lines in [[("A", Int64(1))], [("A", 5)], [("X", 1)]] {
          let error = await shop.place(lines, key: "k").error
          #expect(error?.code == .aborted && error?.reason == "ORDER_ABORTED")
        }
        // The hold of the first is released only by what settles it; here it is done by hand.
        try await shop.stockSession.run("DELETE FROM hold_line; DELETE FROM hold")
        try await shop.stockSession.run("UPDATE stock SET reserved = 0")
        try await shop.stockSession.run(
          "INSERT INTO hold (order_id, state, fingerprint) VALUES ('\(id)', 4, '')")
        #expect(await shop.place([("A", 1)], key: "k").error?.reason == "ORDER_ABORTED")
      }
    }

    @Test func `a hold of another body without an order is in progress`() async throws {
      try await TestShop.with { shop in
        let id = OrderRules.orderID(customerID: "c-1", requestID: "k")
        _ = try await shop.inventory.handlers.reserveStock(
          ReserveStockRequest(holds: [
            Hold(orderID: id.description, lines: [StockLine(sku: "A", quantity: 5)])
          ]), CallContext())
        let error = await shop.place([("A", 1)], key: "k").error
        #expect(error?.code == .aborted && error?.reason == "REQUEST_IN_PROGRESS")
        #expect(error?.detail(RetryInfo.self)?.retryDelay == .seconds(1))
        // The body that holds is placed.
        #expect(await shop.place([("A", 5)], key: "k").receipt?.orderID == id.description)
      }
    }

    @Test func `a caller without time is told so and leaves no trace`() async throws {
      try await TestShop.with { shop in
        let before = try await shop.rowCounts()
        for key in ["", "k"] {
          let error = await shop.place([("A", 1)], key: key, deadline: .after(.zero)).error
          #expect(error?.code == .deadlineExceeded && error?.reason == "DEADLINE")
        }
        let after = try await shop.rowCounts()
        #expect(before == after)
      }
    }

    @Test func `a full queue refuses at once`() async throws {
      var settings = OrdersSettings()
      settings.waitingMax = 0
      try await TestShop.with(settings: settings) { shop in
        let error = await shop.place([("A", 1)], key: "k").error
        #expect(error?.code == .resourceExhausted && error?.reason == "OVERLOADED")
      }
    }
  }
}
