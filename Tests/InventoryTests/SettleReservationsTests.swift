import Contracts
import RPC
import TestSupport
import Testing

@testable import Inventory

extension InventoryOnPostgres {
  @Suite struct SettleReservationsTests {
    private static let ids = (1...4).map { "00000000-0000-7000-8000-00000000000\($0)" }

    private static func settle(
      _ shop: TestInventory, _ settlements: [(String, HoldState)]
    ) async throws -> [HoldState] {
      try await shop.handlers.settleReservations(
        SettleReservationsRequest(
          settlements: settlements.map { SettledReservation(orderID: $0.0, state: $0.1) }),
        CallContext()
      ).settlements.map(\.state)
    }

    private static func hold(
      _ shop: TestInventory, _ id: String, _ quantity: Int64
    ) async throws -> HoldState? {
      try await shop.handlers.reserveStock(
        ReserveStockRequest(
          holds: [Hold(orderID: id, lines: [StockLine(sku: "A", quantity: quantity)])]),
        CallContext()
      ).outcomes.first?.state
    }

    private static func reserved(_ shop: TestInventory) async throws -> Int64 {
      try await shop.session.number("SELECT sum(reserved) FROM stock")
    }

    private static func expectHold(
      _ shop: TestInventory, _ id: String, _ quantity: Int64, _ expected: HoldState,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let state = try await hold(shop, id, quantity)
      #expect(state == expected, sourceLocation: sourceLocation)
    }

    private static func expectSettled(
      _ shop: TestInventory, _ settlements: [(String, HoldState)], _ expected: [HoldState],
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let states = try await settle(shop, settlements)
      #expect(states == expected, sourceLocation: sourceLocation)
    }

    private static func expectReserved(
      _ shop: TestInventory, _ expected: Int64,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let reserved = try await reserved(shop)
      #expect(reserved == expected, sourceLocation: sourceLocation)
    }

    @Test func `committed and released happen once each, in either order`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let (a, b) = (Self.ids[0], Self.ids[1])
        try await Self.expectHold(shop, a, 3, .held)
        try await Self.expectHold(shop, b, 4, .held)
        try await Self.expectSettled(shop, [(a, .committed)], [.committed])
        try await Self.expectReserved(shop, 7)
        try await Self.expectSettled(
          shop, [(a, .released), (b, .released)], [.released, .released])
        try await Self.expectReserved(shop, 0)
        // A word that comes late, or twice, changes nothing.
        try await Self.expectSettled(
          shop, [(a, .committed), (b, .released)], [.released, .released])
        try await Self.expectReserved(shop, 0)
      }
    }

    @Test func `one hold that is committed and released in one call ends released`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let id = Self.ids[0]
        try await Self.expectHold(shop, id, 3, .held)
        let states = try await Self.settle(
          shop, [(id, .released), (id, .committed), (id, .released)])
        #expect(states == [.released, .released, .released])
        try await Self.expectReserved(shop, 0)
      }
    }

    @Test func `a release for an id without a hold closes it, and a commit leaves no trace`()
      async throws
    {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let (a, b) = (Self.ids[0], Self.ids[1])
        try await Self.expectSettled(
          shop, [(a, .released), (b, .committed)], [.released, .unknown])
        try await Self.expectHold(shop, a, 3, .released)
        try await Self.expectHold(shop, b, 3, .held)
        try await Self.expectReserved(shop, 3)
        let holds = try await shop.session.number("SELECT count(*) FROM hold")
        #expect(holds == 2)
      }
    }

    @Test func `many releases of one hold at once free its pieces once`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let (a, b) = (Self.ids[0], Self.ids[1])
        try await Self.expectHold(shop, a, 3, .held)
        try await Self.expectHold(shop, b, 5, .held)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<20 {
            group.addTask { _ = try await Self.settle(shop, [(a, .released)]) }
          }
          try await group.waitForAll()
        }
        try await Self.expectReserved(shop, 5)
      }
    }

    @Test func `what is no settlement is named`() async throws {
      try await TestInventory.withNode(stock: [("A", 10)]) { shop in
        let wrong = await Self.refusal(shop, [("x", .released), (Self.ids[0], .held)])
        #expect(wrong?.code == .invalidArgument)
        let fields = wrong?.detail(BadRequest.self)?.fieldViolations.map(\.field)
        #expect(fields == ["settlements[0].order_id", "settlements[1].state"])
        #expect(await Self.refusal(shop, [])?.code == .invalidArgument)
        let tooMany = Array(repeating: (Self.ids[0], HoldState.released), count: 1_001)
        #expect(await Self.refusal(shop, tooMany)?.code == .invalidArgument)
      }
    }

    private static func refusal(
      _ shop: TestInventory, _ settlements: [(String, HoldState)]
    ) async -> RPCError? {
      do {
        _ = try await settle(shop, settlements)
        return nil
      } catch {
        return error as? RPCError
      }
    }
  }
}
