import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct ListStockTests {
    private static let skus = ["-", "A", "A-1", "A.1", "B", "_", "a", "z9"]

    private static func list(
      _ inventory: TestInventory, _ size: Int32, _ token: String = ""
    ) async throws -> ListStockResponse {
      try await inventory.handlers.listStock(
        ListStockRequest(pageSize: size, pageToken: token), CallContext())
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9] as [Int32])
    func `walking the pages shows every SKU once, by its bytes`(size: Int32) async throws {
      try await TestInventory.withNode(stock: Self.skus.map { ($0, 5) }) { inventory in
        var walked: [String] = []
        var token = ""
        repeat {
          let page = try await Self.list(inventory, size, token)
          walked += page.items.map(\.sku)
          token = page.nextPageToken
          // What comes meanwhile, before or behind, moves nothing.
          try await inventory.add([("0\(walked.count)", 1)], ref: "r-\(walked.count)")
        } while !token.isEmpty
        #expect(walked.filter(Self.skus.contains) == Self.skus)
        #expect(Set(walked).count == walked.count)
      }
    }

    @Test func `an entry tells all figures of its SKU`() async throws {
      try await TestInventory.withNode(stock: [("A", 5)]) { inventory in
        _ = try await inventory.handlers.reserveStock(
          ReserveStockRequest(holds: [
            Hold(
              orderID: "00000000-0000-7000-8000-000000000001",
              lines: [StockLine(sku: "A", quantity: 2)])
          ]), CallContext())
        let page = try await Self.list(inventory, 0)
        let figure = try #require(page.items.first)
        #expect(figure.onHand == 5 && figure.reserved == 2 && figure.available == 3)
        #expect(figure.currency == "EUR" && figure.unitPriceMinor > 0)
        #expect(page.nextPageToken == "")
      }
    }

    @Test func `sizes below nothing and tokens that are none of ours are refused`() async throws {
      try await TestInventory.withNode(stock: [("A", 5), ("B", 5)]) { inventory in
        let token = try await Self.list(inventory, 1).nextPageToken
        for (size, text, field) in [
          (-1, "", "page_size"), (1, "zz", "page_token"), (1, token + "00", "page_token"),
          (1, String(token.dropLast(2)), "page_token"), (1, "00", "page_token"),
        ] as [(Int32, String, String)] {
          var fields: [String]?
          do {
            _ = try await Self.list(inventory, size, text)
          } catch {
            let violations = (error as? RPCError)?.detail(BadRequest.self)?.fieldViolations
            fields = violations?.map(\.field)
          }
          #expect(fields == [field])
        }
      }
    }
  }
}
