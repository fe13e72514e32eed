import Contracts
import RPC

@testable import Inventory
@testable import Orders

/// What customers asked and heard, and what happened to holds, seen from outside: nobody in the
/// simulated world can look into it.
final class SimHistory {
  struct Sent {
    let order: NormalOrder
    let digest: [UInt8]
    let at: Int64
  }

  struct Heard {
    let order: NormalOrder
    let digest: [UInt8]
    let sentAt: Int64
    let at: Int64
    let answer: Result<Receipt, Refusal>
  }

  private let world: SimWorld
  private(set) var sent: [Sent] = []
  private(set) var heard: [Heard] = []
  private(set) var breaches: [String] = []
  private var heldSince: [OrderID: Int64] = [:]
  private var released: Set<OrderID> = []
  var stateOfOrder: (OrderID) -> OrderState? = { _ in nil }
  var cancelled = 0

  init(_ world: SimWorld) { self.world = world }

  func breach(_ text: String) { breaches.append(text) }

  func willSend(_ order: NormalOrder) {
    sent.append(Sent(order: order, digest: OrderRules.bodyDigest(order), at: world.now))
  }

  func didHear(_ order: NormalOrder, sentAt: Int64, _ answer: Result<Receipt, Refusal>) {
    let digest = OrderRules.bodyDigest(order)
    if case .failure(let refusal) = answer, let key = order.requestID, refusal.isRejection {
      let id = OrderRules.orderID(customerID: order.customerID, requestID: key)
      judge(refusal, order, digest, id, sentAt)
    }
    heard.append(
      Heard(order: order, digest: digest, sentAt: sentAt, at: world.now, answer: answer))
  }

  /// A rejection may not come to somebody who has the order already, nor may a shortage be told to
  /// the very order that holds the pieces.
  private func judge(
    _ refusal: Refusal, _ order: NormalOrder, _ digest: [UInt8], _ id: OrderID, _ sentAt: Int64
  ) {
    let isPlaced = heard.contains { earlier in
      guard earlier.digest == digest, earlier.at < sentAt, case .success = earlier.answer else {
        return false
      }
      return true
    }
    if isPlaced { breach("T13: \(refusal) for \(id), which was answered with a receipt before") }
    switch refusal {
    case .outOfStock, .skuUnknown:
      if let since = heldSince[id], since < sentAt {
        breach("P3: \(refusal) for \(id), which holds since \(since), was sent at \(sentAt)")
      }
    default: break
    }
  }

  func didHold(_ id: OrderID) {
    if released.contains(id) { breach("P17: \(id) holds again after its release") }
    heldSince[id] = world.now
  }

  func didRelease(_ flipped: [OrderID], closed: [OrderID]) {
    for id in flipped {
      heldSince[id] = nil
      let state = stateOfOrder(id)
      if state != .aborted, state != .cancelled {
        breach("P16: what \(id) holds is released while its order is \(state as Any)")
      }
    }
    released.formUnion(closed)
  }

}

extension Refusal {
  /// E2, E4, E5 and E6: judgements of the order itself.
  var isRejection: Bool {
    switch self {
    case .skuUnknown, .currencyMismatch, .totalOverflow, .outOfStock: true
    default: false
    }
  }

  var isDefinite: Bool {
    switch self {
    case .requestIDReused, .orderAborted: true
    default: isRejection
    }
  }
}
