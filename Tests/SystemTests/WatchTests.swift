import Contracts
import Foundation
import RPC
import TestSupport
import Testing
import Transport

/// Watches as a client sees them that nobody here wrote, while processes come and go.
@Suite(.timeLimit(.minutes(10))) struct WatchTests {
  private static func watch(
    _ address: String, token: String = "-", _ count: Int
  ) async throws -> [String: Any] {
    try await StockClient.shared.call(address, ["watch-orders", token, "\(count)"])
  }

  private static func events(_ answer: [String: Any]) -> [String] {
    answer["events"] as? [String] ?? []
  }

  private static func place(_ numbers: Range<Int>, _ address: String) async throws -> [String] {
    let client = FaultTests.client(address)
    var placed: [String] = []
    for number in numbers {
      let receipt = try #require(try await FaultTests.place(number, client))
      placed.append("\(receipt.orderID) ORDER_EVENT_KIND_PLACED 1")
    }
    await client.shutdown()
    return placed
  }

  @Test func `a watch goes on behind its token after every process was killed`() async throws {
    let replicas = try await Replicas(hasEdge: false)
    let stock = FaultTests.client(await replicas.address("inventory-1"))
    try await FaultTests.fill(stock)
    await stock.shutdown()
    let first = try await Self.place(0..<3, await replicas.address("orders-1"))
    let second = try await Self.place(3..<6, await replicas.address("orders-2"))
    // Told by one replica, of what both have done.
    let begun = try await Self.watch(await replicas.address("orders-1"), 6)
    #expect(Self.events(begun) == first + second)
    let token = try #require(begun[text: "token"])

    for name in Replicas.orders + Replicas.inventories { try await replicas.kill(name) }
    for name in Replicas.inventories + Replicas.orders { try await replicas.start(name) }
    let third = try await Self.place(6..<9, await replicas.address("orders-1"))
    let rest = try await Self.watch(await replicas.address("orders-2"), token: token, 3)
    #expect(Self.events(rest) == third)
    // From the beginning it is all of it, once.
    let all = try await Self.watch(await replicas.address("orders-2"), 9)
    #expect(Self.events(all) == first + second + third)
    #expect(try await replicas.stop() == [0, 0, 0, 0])
  }

  @Test func `a stop ends watches with a status that says to go elsewhere`() async throws {
    let replicas = try await Replicas(hasEdge: false)
    let stock = FaultTests.client(await replicas.address("inventory-1"))
    let shop = FaultTests.client(await replicas.address("orders-1"))
    let levels = WatchedCall<WatchStockResponse> { (writer) throws(RPCError) in
      try await RemoteInventory(stock).watchStock(WatchStockRequest(), writer, CallContext())
    }
    let events = WatchedCall<WatchOrdersResponse> { (writer) throws(RPCError) in
      try await RemoteOrders(shop).watchOrders(WatchOrdersRequest(), writer, CallContext())
    }
    #expect(await levels.next()?.endsSnapshot == true)
    #expect(await events.next()?.events == [])
    await replicas.signal("orders-1", SIGTERM)
    await replicas.signal("inventory-1", SIGTERM)
    // Exit 0: no watch was waited for until the time to drain was over, and cut.
    let codes = [try await replicas.end("orders-1"), try await replicas.end("inventory-1")]
    #expect(codes == [0, 0])
    for error in [await levels.end(), await events.end()] {
      #expect(error?.code == .unavailable)
      #expect(error?.detail(ErrorInfo.self)?.reason == "SHUTTING_DOWN")
    }
    await stock.shutdown()
    await shop.shutdown()
    #expect(try await replicas.stop() == [0, 0])
  }

  @Test func `stock is watched by a stock client while another replica sells it`() async throws {
    let replicas = try await Replicas(hasEdge: false)
    let stock = FaultTests.client(await replicas.address("inventory-1"))
    try await FaultTests.fill(stock)
    let watched = await replicas.address("inventory-2")
    let answer = try await withThrowingTaskGroup(of: [String]?.self) { group in
      group.addTask {
        let answer = try await StockClient.shared.call(watched, ["watch-stock", "PART-1", "3"])
        let told = (answer["snapshot"] as? [String] ?? []) + (answer["changes"] as? [String] ?? [])
        return [answer[text: "code"] ?? ""] + told
      }
      group.addTask {
        // Whenever the watch begins, something is sold after that.
        for number in 1... {
          if Task.isCancelled { return nil }
          let hold = Hold(
            orderID: "00000000-0000-7000-8000-\(100_000_000_000 + number)",
            lines: [StockLine(sku: "PART-1", quantity: 1)])
          var more = StockAdjustment()
          more.sku = "PART-1"
          more.delta = 1
          _ = try await RemoteInventory(stock).adjustStock(
            AdjustStockRequest(
              ref: "more-\(number)", reason: "receipt", actor: "test", items: [more]),
            CallContext())
          _ = try await RemoteInventory(stock).reserveStock(
            ReserveStockRequest(holds: [hold]), CallContext())
          do { try await Task.sleep(for: .milliseconds(50)) } catch { return nil }
        }
        return nil
      }
      let first = try await group.next() ?? nil
      group.cancelAll()
      return first ?? []
    }
    #expect(answer.first == "OK" && answer.count >= 5, "\(answer)")
    // 120 pieces or one more while a round is under way.
    let known: Set = ["PART-1 120", "PART-1 121"]
    #expect(answer.dropFirst().allSatisfy(known.contains), "\(answer)")
    await stock.shutdown()
    #expect(try await replicas.stop() == [0, 0, 0, 0])
  }
}
