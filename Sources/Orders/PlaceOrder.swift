internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// One attempt to place an order. `PlaceOrderFlow` decides; this shell does what it says.
///
/// A class, as the handlers are, because each attempt holds on to it: of a struct it would copy,
/// and count, every part.
final class PlaceOrder: Sendable {
  let inventory: InventoryCaller
  let writer: Flusher<OrderWrite, OrderWritten>
  let reader: OrderReader
  let clock: WallClock
  let placing: PlacingOrders
  let resolver: OrderResolver
  let relay: SettlementRelay
  let logger: Logger

  init(
    inventory: InventoryCaller, writer: Flusher<OrderWrite, OrderWritten>, reader: OrderReader,
    clock: WallClock, placing: PlacingOrders, resolver: OrderResolver, relay: SettlementRelay,
    logger: Logger
  ) {
    self.inventory = inventory
    self.writer = writer
    self.reader = reader
    self.clock = clock
    self.placing = placing
    self.resolver = resolver
    self.relay = relay
    self.logger = logger
  }

  /// An order without a key, under an id of its own.
  func callAsFunction(
    _ order: NormalOrder, by deadline: Deadline
  ) async throws(Refusal) -> Placement {
    try await run(PlaceOrderFlow(order), deadline)
  }

  /// An order with a key, under the id that the key stands for.
  func callAsFunction(
    _ order: NormalOrder, as orderID: OrderID, _ digest: [UInt8], by deadline: Deadline
  ) async throws(Refusal) -> Placement {
    try await run(PlaceOrderFlow(order, as: orderID, digest: digest), deadline)
  }

  private func run(
    _ begun: PlaceOrderFlow, _ deadline: Deadline
  ) async throws(Refusal) -> Placement {
    var flow = begun
    var action = flow.begin
    // Until the order is decided nobody may close its id: of one with a key from the beginning,
    // since an earlier attempt may have left a hold, of another from before its own is taken.
    if flow.isNamed { placing.begin(flow.orderID) }
    defer { if flow.isNamed { placing.end(flow.orderID) } }
    while true {
      if case .end(let answer, let closesID) = action {
        if closesID { close(flow.orderID) }
        return try answer.get()
      }
      if action == .hold, !flow.isNamed {
        var random = SystemRandomNumberGenerator()
        flow.name(OrderRules.freshOrderID(at: clock.now(), random: &random))
        placing.begin(flow.orderID)
      }
      let event: PlaceOrderFlow.Event
      do throws(Refusal) {
        event = try await perform(action, flow, deadline)
      } catch {
        event = .failed(error)
      }
      action = flow.next(event)
    }
  }

  private func perform(
    _ action: PlaceOrderFlow.Action, _ flow: PlaceOrderFlow, _ deadline: Deadline
  ) async throws(Refusal) -> PlaceOrderFlow.Event {
    switch action {
    case .quote: .quoted(try await inventory.quote(flow.order, deadline))
    case .hold: .held(try await inventory.reserve(flow.order, as: flow.orderID, deadline))
    case .write(let lines, let totalMinor):
      try await write(flow, lines, totalMinor, deadline)
    case .read: .read(try await read(flow.orderID, deadline))
    case .end: .failed(.write(.unforeseen))
    }
  }

  private func write(
    _ flow: PlaceOrderFlow, _ lines: [PricedLine], _ totalMinor: Int64, _ deadline: Deadline
  ) async throws(Refusal) -> PlaceOrderFlow.Event {
    let order = NewOrder(
      orderID: flow.orderID, customerID: flow.order.customerID,
      requestID: flow.order.requestID, currency: flow.order.currency,
      totalMinor: totalMinor, bodyDigest: flow.digest, createdAt: clock.now(), lines: lines)
    let written: OrderWritten
    do throws(WriteFailure) {
      written = try await writer.submit(.place(order), deadline: deadline)
    } catch {
      throw .write(error)
    }
    switch written {
    case .placed:
      inventory.wasCommitted(order.orderID)
      return .placed(order)
    case .stored(let stored): return .stored(stored)
    case .cancellation: throw .write(.unforeseen)
    }
  }

  private func read(
    _ orderID: OrderID, _ deadline: Deadline
  ) async throws(Refusal) -> StoredOrder? {
    do throws(WriteFailure) {
      return try await reader.read(orderID, deadline: deadline)
    } catch {
      throw .write(error)
    }
  }

  private func close(_ orderID: OrderID) {
    // A task of its own, since the caller's is cancelled.
    Task { [resolver, relay, logger] in
      do throws(PostgresError) {
        try await resolver.abandon([orderID])
        relay.wake()
      } catch {
        logger.info("an order that was given up will be asked about: \(error)")
      }
    }
  }
}
