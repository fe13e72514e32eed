import Contracts
import RPC
import TestSupport
import Testing
import Transport

extension Faults {
  /// Far more orders than there is room for come at once.
  @Suite struct OverloadTests {
    private static let waitingMax = 20
    private static let crowd = 400
    private static let deadline: Duration = .seconds(10)
    /// As services are run: longer than any call lasts. Asked about sooner, an order that holds its
    /// pieces and was sent away would be closed before its next try.
    private static let askAfterMilliseconds = 15_000

    @Test func `what is too much is refused, the rest is served, and then all is as before`()
      async throws
    {
      let shop = try await FaultedShop(options: [
        "--waiting-max", "\(Self.waitingMax)", "--ask-after", "\(Self.askAfterMilliseconds)",
      ])
      try await shop.restock("opening", pieces: 10_000)
      // A connection takes 256 calls.
      let clients = (0..<4).map { _ in shop.client() }
      let seed = TestEffort.firstSeed
      var driver = OrderDriver(
        seed: seed, services: clients.map { RemoteOrders($0) },
        skus: Array(FaultedShop.skus.dropFirst()))
      driver.requests = 2 * Self.crowd
      driver.inFlight = Self.crowd
      driver.callTimeMax = Self.deadline
      let result = try await shop.drive(driver)
      // Somebody was sent away, nobody waited for longer than the call was worth, and each came in
      // at a later try.
      #expect(result.reasons["OVERLOADED"] ?? 0 > 0, "\(result)")
      #expect(result.reasons["DEADLINE_EXCEEDED"] == nil, "\(result)")
      #expect(result.placed == driver.requests, "\(result)")

      var after = OrderDriver(
        seed: seed + 1, services: [RemoteOrders(clients[0])],
        skus: Array(FaultedShop.skus.dropFirst()))
      after.requests = Self.waitingMax
      after.inFlight = Self.waitingMax / 2
      after.triesMax = 1
      let calm = try await shop.drive(after)
      #expect(calm.placed == after.requests, "\(calm)")
      try await shop.expectAccounted("seed \(seed)", result)
      for client in clients { await client.shutdown() }
      try await shop.stop()
    }
  }
}
