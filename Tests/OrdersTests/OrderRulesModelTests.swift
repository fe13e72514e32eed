import Contracts
import Crypto
import TestSupport
import Testing

@testable import Orders

/// The rules on random cases, against models that do the same in the plainest way there is.
@Suite struct OrderRulesModelTests {
  private static func text(_ length: ClosedRange<Int>, _ random: inout SeededRandom) -> String {
    let count = Int.random(in: length, using: &random)
    let bytes = (0..<count).map { _ in UInt8.random(in: 0x21...0x7E, using: &random) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes in two digits each, so that every field of the model can be a string.
  private static func hex(_ number: Int, _ bytes: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: bytes * 2 - digits.count) + digits
  }

  private static func spelled(_ text: String) -> String {
    hex(text.utf8.count, 2) + text.utf8.map { hex(Int($0), 1) }.joined()
  }

  private static func digest(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    return Array(SHA256.hash(data: bytes))
  }

  @Test func `an order's id is what its definition spells out`() {
    var random = SeededRandom(seed: 21)
    for round in 0..<TestEffort.count(5_000) {
      let customer = Self.text(1...20, &random)
      let isUUID = Bool.random(using: &random)
      var key = Self.text(1...20, &random)
      if isUUID {
        let version =
          Bool.random(using: &random) ? UInt64(7) : UInt64.random(in: 0...15, using: &random)
        let high = random.next() & ~0xF000 | version << 12
        key = OrderID(high: high, low: random.next()).description
        if Bool.random(using: &random) { key = key.uppercased() }
      }
      let prefix = Array("orderly.order.1".utf8).map { Self.hex(Int($0), 1) }.joined() + "00"
      let digest = Self.digest(prefix + Self.spelled(customer) + Self.spelled(key))
      var digits = digest.prefix(16).map { Self.hex(Int($0), 1) }.joined()
      // A key that is a UUIDv7 of the RFC's variant lends its time.
      let plain = key.lowercased().filter { $0 != "-" }
      if isUUID, Array(plain)[12] == "7", "89ab".contains(Array(plain)[16]) {
        digits = String(plain.prefix(12)) + String(digits.dropFirst(12))
      }
      var characters = Array(digits)
      characters[12] = "8"
      let variant = Int(String(characters[16]), radix: 16) ?? 0
      characters[16] = Character(String(8 | variant & 3, radix: 16))
      var expected = ""
      for (place, character) in characters.enumerated() {
        if [8, 12, 16, 20].contains(place) { expected += "-" }
        expected.append(character)
      }
      let id = OrderRules.orderID(customerID: customer, requestID: key)
      guard id.description == expected else {
        Issue.record("round \(round): \(customer) \(key): \(id), not \(expected)")
        return
      }
    }
  }

  @Test func `a body's digest is what its definition spells out`() throws {
    var random = SeededRandom(seed: 22)
    for round in 0..<TestEffort.count(5_000) {
      let customer = Self.text(1...12, &random)
      let key = Bool.random(using: &random) ? "" : Self.text(1...12, &random)
      let currency = Bool.random(using: &random) ? "EUR" : "USD"
      let lines = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        (
          sku: "S\(Int.random(in: 0...20, using: &random))",
          quantity: Int64.random(in: 1...200_000, using: &random)
        )
      }
      let order = try OrderRules.normalise(
        customerID: customer, requestID: key, currency: currency, lines: lines)
      var model = Self.spelled(customer) + Self.spelled(key) + Self.spelled(currency)
      let names = Set(lines.map(\.sku)).sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
      model += Self.hex(names.count, 2)
      for name in names {
        let sum = lines.filter { $0.sku == name }.reduce(0) { $0 + $1.quantity }
        model += Self.spelled(name) + Self.hex(Int(sum), 4)
      }
      guard OrderRules.bodyDigest(order) == Self.digest(model) else {
        Issue.record("round \(round): \(order)")
        return
      }
    }
  }

  /// The model is a list of what may follow what, walked at random.
  @Test func `100,000 random moves go where the list says and count their versions`() {
    let legal: [OrderState?: Set<OrderState>] = [
      nil: [.confirmed, .aborted], .confirmed: [.cancelled, .shipped], .shipped: [.delivered],
    ]
    var random = SeededRandom(seed: 23)
    var state: OrderState?
    var version: Int32 = 0
    for round in 0..<100_000 {
      let next = OrderState.allCases[Int.random(in: 0..<5, using: &random)]
      let moved = try? OrderRules.move(from: state, version: version, to: next)
      let expected = legal[state, default: []].contains(next) ? version + 1 : nil
      guard moved == expected else {
        Issue.record("round \(round): \(state as Any) to \(next): \(moved as Any)")
        return
      }
      if let moved {
        state = next
        version = moved
      }
      if legal[state] == nil || round % 7 == 0 { (state, version) = (nil, 0) }
    }
  }

  /// The model looks at the state and the digest in a table, and at nothing else.
  @Test func `100,000 stored orders answer by their state and their digest`() {
    var random = SeededRandom(seed: 24)
    for round in 0..<100_000 {
      let state = OrderState.allCases[Int.random(in: 0..<5, using: &random)]
      let own = [UInt8.random(in: 0...2, using: &random)]
      let asked = [UInt8.random(in: 0...2, using: &random)]
      let stored = OrderStateTests.stored(state, digest: state == .aborted ? nil : own)
      let isRight =
        switch OrderRules.answer(stored: stored, asked: asked) {
        case .aborted: state == .aborted
        case .reused: state != .aborted && own != asked
        case .receipt(let body): state != .aborted && own == asked && body == stored.body
        }
      guard isRight else {
        Issue.record("round \(round): \(stored) \(asked)")
        return
      }
    }
  }

  /// The model plays the wishes one at a time on rows of its own.
  @Test func `cancelling agrees with a naive model on random batches`() {
    var random = SeededRandom(seed: 25)
    for round in 0..<TestEffort.count(20_000) {
      var rows: [OrderID: StoredOrder] = [:]
      for number in 0..<3 {
        let state = OrderState.allCases[Int.random(in: 0..<5, using: &random)]
        let id = OrderID(high: 0, low: UInt64(number))
        rows[id] = OrderStateTests.stored(state, digest: state == .aborted ? nil : [1])
          .named(id)
      }
      let wishes = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        Cancellation(
          orderID: OrderID(high: 0, low: UInt64.random(in: 0...3, using: &random)),
          customerID: Int.random(in: 0..<4, using: &random) == 0 ? "other" : nil,
          expectedVersion: Bool.random(using: &random)
            ? nil : Int64.random(in: 1...2, using: &random),
          at: Microseconds(sinceEpoch: Int64.random(in: 3...5, using: &random)))
      }
      var expected: [CancellationOutcome] = []
      var model = rows
      for wish in wishes {
        guard let row = model[wish.orderID], row.state != .aborted, wish.customerID == nil else {
          expected.append(.unknown)
          continue
        }
        if let version = wish.expectedVersion, version != Int64(row.version) {
          expected.append(.versionMismatch(current: row.version))
        } else if row.state == .confirmed {
          let after = row.moved(to: .cancelled, version: row.version + 1, at: wish.at)
          model[wish.orderID] = after
          expected.append(.cancelled(after))
        } else if row.state == .cancelled {
          expected.append(.cancelled(row))
        } else {
          expected.append(.illegal(row.state))
        }
      }
      let judged = OrderRules.cancel(wishes, stored: rows, mayBeOurs: false)
      let changed = model.values.filter { rows[$0.orderID] != $0 }
      guard judged.outcomes == expected,
        judged.changed.sorted(by: { $0.orderID < $1.orderID })
          == changed.sorted(by: { $0.orderID < $1.orderID })
      else {
        Issue.record("round \(round): \(rows) \(wishes): \(judged)")
        return
      }
    }
  }
}

extension StoredOrder {
  fileprivate func named(_ id: OrderID) -> StoredOrder {
    StoredOrder(
      orderID: id, state: state, version: version, createdAt: createdAt, updatedAt: updatedAt,
      body: body)
  }
}
