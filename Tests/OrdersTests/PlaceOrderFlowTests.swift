import Contracts
import Operations
import TestSupport
import Testing

@testable import Orders

/// The flow of one order, without anything that carries it.
@Suite struct PlaceOrderFlowTests {
  typealias Action = PlaceOrderFlow.Action

  static let id = OrderID(high: 1, low: 2)

  static func flow(key: String = "k") throws -> PlaceOrderFlow {
    let order = try OrderRules.normalise(
      customerID: "c", requestID: key, currency: "EUR", lines: [(sku: "A", quantity: Int64(2))])
    return PlaceOrderFlow(order, as: id, digest: OrderRules.bodyDigest(order))
  }

  static func quote(
    available: Int64 = 9, known: Bool = true, currency: String = "EUR", price: Int64 = 100
  ) -> PlaceOrderFlow.Event {
    .quoted([
      QuotedLine(known: known, available: available, unitPriceMinor: price, currency: currency)
    ])
  }

  static func refused(_ refusal: Refusal, closesID: Bool = false) -> Action {
    .end(.failure(refusal), closesID: closesID)
  }

  static func order(_ flow: PlaceOrderFlow, _ action: Action) -> NewOrder? {
    guard case .write(let lines, let total) = action else { return nil }
    return NewOrder(
      orderID: flow.orderID, customerID: flow.order.customerID, requestID: flow.order.requestID,
      currency: flow.order.currency, totalMinor: total, bodyDigest: flow.digest,
      createdAt: Microseconds(sinceEpoch: 5), lines: lines)
  }

  static func stored(_ flow: PlaceOrderFlow, _ state: OrderState, digest: [UInt8]? = nil)
    -> StoredOrder
  {
    StoredOrder(
      orderID: id, state: state, version: 1, createdAt: Microseconds(sinceEpoch: 5),
      updatedAt: Microseconds(sinceEpoch: 5),
      body: state == .aborted
        ? nil
        : StoredOrder.Body(
          customerID: "c", requestID: "k", currency: "EUR", totalMinor: 200,
          bodyDigest: digest ?? flow.digest, lines: []))
  }

  @Test(arguments: ["", "k"])
  func `an order that nothing stands against is quoted, held, written and told`(key: String) throws
  {
    var flow = try Self.flow(key: key)
    #expect(flow.begin == .quote)
    #expect(flow.next(Self.quote()) == .hold)
    let write = flow.next(.held(.held))
    let order = try #require(Self.order(flow, write))
    #expect(order.totalMinor == 200 && order.lines.map(\.unitPriceMinor) == [100])
    let receipt = Receipt(order)
    #expect(
      flow.next(.placed(order))
        == .end(.success(Placement(receipt: receipt, isReplay: false)), closesID: false))
  }

  @Test func `a short quote ends an order without a key and not one with a key`() throws {
    let sku = try #require(SKU("A"))
    let short = [Shortfall(sku: sku, requested: 2, available: 1)]
    var unkeyed = try Self.flow(key: "")
    #expect(unkeyed.next(Self.quote(available: 1)) == Self.refused(.outOfStock(short)))
    var unknown = try Self.flow(key: "")
    #expect(unknown.next(Self.quote(known: false)) == Self.refused(.skuUnknown([sku])))
    var keyed = try Self.flow()
    #expect(keyed.next(Self.quote(available: 1)) == .hold)
    #expect(keyed.next(.held(.outOfStock(short))) == .read)
    #expect(keyed.next(.read(nil)) == Self.refused(.outOfStock(short)))
  }

  /// Every refusal of an order with a key comes after a look at our own row, which may know better.
  @Test func `whatever is refused, the stored order is told if there is one`() throws {
    let sku = try #require(SKU("A"))
    let beginnings: [([PlaceOrderFlow.Event], Refusal)] = [
      ([Self.quote(currency: "USD")], .currencyMismatch([sku])),
      ([Self.quote(price: .max)], .totalOverflow),
      ([Self.quote(), .held(.outOfStock([]))], .outOfStock([])),
      ([Self.quote(known: false), .held(.unknownSKU([sku]))], .skuUnknown([sku])),
      ([Self.quote(), .held(.conflict)], .requestInProgress),
      ([Self.quote(), .held(.released)], .orderAborted),
      ([Self.quote(known: false), .held(.held), Self.quote(known: false)], .skuUnknown([sku])),
      (
        [Self.quote(known: false), .held(.held), Self.quote(currency: "USD")],
        .currencyMismatch([sku])
      ),
      ([Self.quote(known: false), .held(.held), Self.quote(price: .max)], .totalOverflow),
    ]
    for (events, refusal) in beginnings {
      let endings: [(StoredOrder?, Refusal?)] = [
        (nil, refusal), (Self.stored(try Self.flow(), .confirmed), nil),
        (Self.stored(try Self.flow(), .cancelled), nil),
        (Self.stored(try Self.flow(), .aborted), .orderAborted),
        (Self.stored(try Self.flow(), .confirmed, digest: [1]), .requestIDReused(Self.id)),
      ]
      for (row, expected) in endings {
        var flow = try Self.flow()
        var action = flow.begin
        for event in events { action = flow.next(event) }
        #expect(action == .read, "\(refusal)")
        action = flow.next(.read(row))
        if let expected {
          #expect(action == Self.refused(expected), "\(refusal)")
        } else {
          guard case .end(.success(let placement), false) = action else {
            Issue.record("\(action) for \(refusal)")
            continue
          }
          #expect(placement.isReplay && placement.receipt.totalMinor == 200)
        }
      }
    }
  }

  @Test func `a row that was there before the write is told as a replay`() throws {
    var flow = try Self.flow()
    _ = flow.next(Self.quote())
    _ = flow.next(.held(.held))
    guard
      case .end(.success(let placement), false) = flow.next(
        .stored(Self.stored(flow, .confirmed)))
    else {
      Issue.record("no placement")
      return
    }
    #expect(placement.isReplay)
  }

  @Test func `an id is closed when pieces may be held for it and nobody can ask again`() throws {
    for refusal in [Refusal.write(.deadline), .write(.cancelled), .write(.overloaded)] {
      for key in ["", "k"] {
        let isClosed = key.isEmpty && refusal != .write(.overloaded)
        var quoting = try Self.flow(key: key)
        #expect(quoting.next(.failed(refusal)) == Self.refused(refusal))
        var holding = try Self.flow(key: key)
        _ = holding.next(Self.quote())
        #expect(holding.next(.failed(refusal)) == Self.refused(refusal, closesID: isClosed))
        var writing = try Self.flow(key: key)
        _ = writing.next(Self.quote())
        _ = writing.next(.held(.held))
        #expect(writing.next(.failed(refusal)) == Self.refused(refusal, closesID: isClosed))
      }
    }
  }

  /// Whatever the shell hears, in whatever order, ends in at most six steps and never in a trap.
  @Test func `no sequence of events leads astray`() throws {
    var random = SeededRandom(seed: 31)
    let order = try #require(
      { () throws -> NewOrder? in
        var flow = try Self.flow()
        _ = flow.next(Self.quote())
        return Self.order(flow, flow.next(.held(.held)))
      }())
    for _ in 0..<20_000 {
      var flow = try Self.flow(key: Bool.random(using: &random) ? "" : "k")
      let events: [PlaceOrderFlow.Event] = [
        Self.quote(), Self.quote(available: 0), Self.quote(known: false),
        Self.quote(currency: "USD"), .quoted([]), .held(.held), .held(.released), .held(.conflict),
        .held(.outOfStock([])), .held(.unknownSKU([])), .placed(order),
        .stored(Self.stored(flow, .confirmed)), .read(nil), .read(Self.stored(flow, .aborted)),
        .failed(.write(.deadline)),
      ]
      var action = flow.begin
      var steps = 0
      while steps < 7 {
        if case .end = action { break }
        action = flow.next(events[Int.random(in: 0..<events.count, using: &random)])
        steps += 1
      }
      #expect(steps < 7)
    }
  }
}
