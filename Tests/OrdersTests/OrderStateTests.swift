import Contracts
import Testing

@testable import Orders

@Suite struct OrderStateTests {
  @Test func `of the thirty moves exactly five are legal`() {
    let legal: [(OrderState?, OrderState)] = [
      (nil, .confirmed), (nil, .aborted), (.confirmed, .cancelled), (.confirmed, .shipped),
      (.shipped, .delivered),
    ]
    for current in [nil] + OrderState.allCases.map(Optional.some) {
      for next in OrderState.allCases {
        let version = try? OrderRules.move(from: current, version: 7, to: next)
        let isLegal = legal.contains { $0 == current && $1 == next }
        #expect(version == (isLegal ? current == nil ? 1 : 8 : nil), "\(current as Any) \(next)")
      }
    }
  }

  @Test func `an illegal move tells where the order stands`() {
    let refusal = IllegalTransition(current: .aborted, asked: .confirmed)
    #expect(throws: refusal) {
      try OrderRules.move(from: .aborted, version: 1, to: .confirmed)
    }
    #expect(throws: IllegalTransition.self) {
      try OrderRules.move(from: .confirmed, version: .max, to: .cancelled)
    }
  }

  static func stored(_ state: OrderState, digest: [UInt8]?) -> StoredOrder {
    StoredOrder(
      orderID: OrderID(high: 1, low: 2), state: state, version: 1,
      createdAt: Microseconds(sinceEpoch: 1), updatedAt: Microseconds(sinceEpoch: 2),
      body: digest.map {
        StoredOrder.Body(
          customerID: "c", requestID: "k", currency: "EUR", totalMinor: 3, bodyDigest: $0,
          lines: [])
      })
  }

  @Test(arguments: [OrderState.confirmed, .cancelled, .shipped, .delivered])
  func `a stored order answers its own body and no other`(state: OrderState) throws {
    let stored = Self.stored(state, digest: [1, 2])
    let body = try #require(stored.body)
    #expect(OrderRules.answer(stored: stored, asked: [1, 2]) == .receipt(body))
    #expect(OrderRules.answer(stored: stored, asked: [1, 3]) == .reused)
  }

  @Test func `an aborted row answers that its key is spent, whatever is asked`() {
    let stored = Self.stored(.aborted, digest: nil)
    #expect(OrderRules.answer(stored: stored, asked: [1]) == .aborted)
    #expect(OrderRules.answer(stored: stored, asked: []) == .aborted)
  }
}
