import Contracts
import TestSupport
import Testing

@testable import Orders

/// The vectors come from Python's hashlib and struct, which share nothing with this code:
///
///     s = lambda t: struct.pack(">H", len(t)) + t.encode()
///     d = hashlib.sha256(b"orderly.order.1\0" + s(customer) + s(request)).digest()
///     body = hashlib.sha256(s(customer) + s(request) + s(currency) + struct.pack(">H", n)
///                           + b"".join(s(sku) + struct.pack(">I", q) for sku, q in lines))
@Suite struct OrderIdentityTests {
  @Test(arguments: [
    ("c-1", "k-1", "75314673-b019-8848-858f-09f5aae64df4"),
    // The time of a key that is a UUIDv7 is kept, whatever the case of its letters.
    ("c-1", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-81eb-a042-70a6429580e6"),
    ("c-1", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-883e-9aa3-ce4a7cd01f15"),
    // A version 4 and a foreign variant are keys like any other.
    ("c-1", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "79d3ea76-11e8-8c7c-a2a2-fcf052a9daee"),
    ("c-1", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f", "cad6c0a1-588c-8571-a609-88280fd50755"),
    // The same characters, cut elsewhere.
    ("c", "-1k-1", "3d9c5b31-c3c1-80df-9cf0-05f7e13d2dd7"),
    (
      String(repeating: "~", count: 128), String(repeating: "!", count: 128),
      "7498dde4-99cd-89be-9cf6-920afb167890"
    ),
  ])
  func `a key names its order as the golden vectors say`(
    customer: String, request: String, expected: String
  ) {
    let id = OrderRules.orderID(customerID: customer, requestID: request)
    #expect(id.description == expected)
    #expect(id.version == 8 && id.isRFCVariant)
  }

  static let bodies: [(String, String, [(String, Int64)], String)] = [
    (
      "k-1", "EUR", [("B", 2), ("A", 4)],
      "95da4993266ceaf9a71ab5e77543c0bc3a8e0dfb1cbd0b341825eb408f680168"
    ),
    (
      "", "EUR", [("A", 4), ("B", 2)],
      "bab36862e272937439d15d6b3477d77aeaaf3c9b6e700375bab68cca6e78d801"
    ),
    (
      "k-1", "USD", [("A", 1_000_000)],
      "d3a6bcecdfe5e10f8ca1d0e117d46ac59016249cb99400a2332b923bcf9fb09e"
    ),
  ]

  @Test(arguments: bodies)
  func `a body is digested as the golden vectors say`(
    request: String, currency: String, lines: [(String, Int64)], expected: String
  ) throws {
    let order = try OrderRules.normalise(
      customerID: "c-1", requestID: request, currency: currency,
      lines: lines.map { (sku: $0.0, quantity: $0.1) })
    let hex = OrderRules.bodyDigest(order).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    #expect(hex.joined() == expected)
  }

  @Test func `100,000 random keys name 100,000 orders, each time the same ones`() {
    var random = SeededRandom(seed: 2)
    var seen: Set<OrderID> = []
    for _ in 0..<100_000 {
      let key = OrderID(high: random.next(), low: random.next()).description
      let id = OrderRules.orderID(customerID: "c-1", requestID: key)
      guard id.version == 8, id.isRFCVariant,
        id == OrderRules.orderID(customerID: "c-1", requestID: key), seen.insert(id).inserted
      else {
        Issue.record("key \(key)")
        return
      }
    }
  }

  @Test func `an order without a key gets a version 7 with its time in front`() {
    var random = SeededRandom(seed: 3)
    let moment = Microseconds(sinceEpoch: 1_645_557_742_000_999)
    let one = OrderRules.freshOrderID(at: moment, random: &random)
    let other = OrderRules.freshOrderID(at: moment, random: &random)
    #expect(one.version == 7 && one.isRFCVariant && one.time48 == 1_645_557_742_000)
    #expect(one != other)
    let before = OrderRules.freshOrderID(at: Microseconds(sinceEpoch: -1), random: &random)
    #expect(before.time48 == 0)
  }
}
