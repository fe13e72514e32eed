import Contracts
import Logging
import RPC
import Testing
import Transport

@testable import LoadTest

/// The built-in workload against services that keep stock, over real sockets.
@Suite struct ShopLoadTests {
  private func run(
    _ shop: StubShop, _ change: (inout RunConfiguration) throws -> Void
  ) async throws -> RunResult {
    let (server, port) = try await shop.serve()
    var configuration = RunConfiguration()
    configuration.inventory = TargetAddress(host: "127.0.0.1", port: port)
    configuration.orders = configuration.inventory
    configuration.workload.seed = 5
    configuration.workload.skus = 50
    configuration.ending = .count(500)
    configuration.concurrency = 10
    try change(&configuration)
    do {
      let result = try await LoadRun(configuration, logger: Logger(label: "test"))
        .run(control: RunControl()) { _ in }
      await server.shutdown(within: .seconds(5))
      return result
    } catch {
      await server.shutdown(within: .seconds(5))
      throw error
    }
  }

  @Test func `preparing raises every SKU to the level and lowers none`() async throws {
    let shop = StubShop(items: [
      "SKU-000001": .init(available: 7, price: 1, currency: "EUR"),
      "SKU-000002": .init(available: 5000, price: 1, currency: "EUR"),
      "SKU-000003": .init(available: 1000, price: 1, currency: "EUR"),
    ])
    let result = try await run(shop) {
      $0.workload.skus = 2500
      $0.workload.content = .mix(try RequestMix(parsing: "check-stock=1"))
      $0.preparedStock = 1000
    }
    let items = shop.book.items
    #expect(items.count == 2500)
    #expect(items["SKU-000001"]?.available == 1000)
    #expect(items["SKU-000002"]?.available == 5000)
    #expect(items["SKU-002500"] == .init(available: 1000, price: 799, currency: "EUR"))
    #expect(items.values.allSatisfy { $0.available >= 1000 })
    #expect(shop.book.refs.count == 3)
    #expect(result.summary.outcomes.map(\.outcome) == [.ok])
  }

  @Test func `stock that cannot be prepared is exit 69 with the answer that was given`() async {
    let info = ErrorInfo(reason: "DATABASE_UNAVAILABLE", domain: "orderly")
    let shop = StubShop(
      refusingAdjustments: RPCError(.unavailable, "", details: [AnyDetail(info)]))
    await #expect {
      _ = try await run(shop) { $0.preparedStock = 10 }
    } throws: { error in
      let error = error as? LoadError
      return error?.exitCode == 69
        && error?.description.contains("UNAVAILABLE/DATABASE_UNAVAILABLE") == true
    }
  }

  @Test func `selling out is counted by its reason and is no error`() async throws {
    let shop = StubShop()
    let result = try await run(shop) {
      $0.workload.content = .mix(try RequestMix(parsing: "place-order=1"))
      $0.preparedStock = 3
    }
    let summary = result.summary
    #expect(summary.outcomes.map(\.outcome) == [.ok, .status(.failedPrecondition)])
    #expect(summary.reasons.map(\.reason) == ["OUT_OF_STOCK"])
    #expect(summary.reasons.first?.count == summary.count(of: .status(.failedPrecondition)))
    #expect(summary.errorRate == 0)
    // Every OK is an order that exists, and no piece was sold twice.
    #expect(UInt64(shop.book.orders.count) == summary.count(of: .ok))
    let sold = shop.book.orders.values.flatMap(\.lines).reduce(0) { $0 + $1.quantity }
    let left = shop.book.items.values.reduce(0) { $0 + $1.available }
    #expect(sold + left == 50 * 3)
    #expect(Report(result, hasColour: false).text.contains("FAILED_PRECONDITION/OUT_OF_STOCK"))
  }

  @Test func `orders on the wire have the lines, keys and customers that were drawn`() async throws
  {
    let shop = StubShop()
    let result = try await run(shop) {
      $0.workload.content = .mix(try RequestMix(parsing: "place-order=1"))
      $0.preparedStock = 1_000_000
    }
    let workload = try Workload(result.configuration.workload)
    #expect(shop.book.orders.count == 500)
    for index: UInt64 in 0..<500 {
      guard case .placeOrder(let drawn) = workload.draw(index) else { continue }
      let order = try #require(shop.book.orders[OrderKey.text(seed: 5, index: index)])
      #expect(order.customerID == OrderKey.customer(seed: 5, drawn.customer))
      #expect(order.currency == "EUR")
      #expect(order.lines.map(\.quantity) == drawn.lines.map(\.quantity))
      #expect(order.lines.map(\.sku) == drawn.lines.map { workload.catalogue.names[$0.rank] })
    }
  }

  @Test func `a key with another body has to be refused for that`() async throws {
    let shop = StubShop()
    let result = try await run(shop) {
      $0.workload.content = .mix(try RequestMix(parsing: "place-order=1"))
      $0.workload.conflictKeys = try LoadShare(parsing: "10%")
      $0.workload.duplicateKeys = try LoadShare(parsing: "10%")
      $0.preparedStock = 1_000_000
      $0.concurrency = 1  // So that the order whose key is taken has been answered.
    }
    #expect(result.summary.errorRate == 0)
    #expect(result.summary.reasons.map(\.reason) == ["REQUEST_ID_REUSED"])
    #expect(result.summary.count(of: .ok) > UInt64(shop.book.orders.count))
  }
}
