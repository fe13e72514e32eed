import RPC
import Testing

@testable import LoadTest

@Suite struct ExpectationTests {
  private let failed = Outcome.status(.failedPrecondition)

  @Test func `out of stock is expected of an order and of nothing else`() {
    let standard = Expectation.standard
    #expect(standard.allows(.ok, reason: nil, of: .checkStock, required: nil))
    #expect(standard.allows(failed, reason: "OUT_OF_STOCK", of: .placeOrder, required: nil))
    #expect(!standard.allows(failed, reason: "OUT_OF_STOCK", of: .checkStock, required: nil))
    #expect(!standard.allows(failed, reason: nil, of: .placeOrder, required: nil))
    #expect(
      !standard.allows(failed, reason: "CURRENCY_MISMATCH", of: .placeOrder, required: nil))
    #expect(!standard.allows(.unfinished, reason: nil, of: .placeOrder, required: nil))
  }

  @Test func `a list replaces the default`() throws {
    let list = try Expectation(
      parsing: "NOT_FOUND,deadline,FAILED_PRECONDITION/OUT_OF_STOCK,SKU_UNKNOWN")
    #expect(!list.allows(.ok, reason: nil, of: .raw, required: nil))
    #expect(list.allows(.status(.notFound), reason: "X", of: .raw, required: nil))
    #expect(list.allows(.deadline, reason: nil, of: .raw, required: nil))
    #expect(list.allows(failed, reason: "OUT_OF_STOCK", of: .raw, required: nil))
    #expect(
      !list.allows(.status(.aborted), reason: "OUT_OF_STOCK", of: .raw, required: nil))
    #expect(
      list.allows(.status(.aborted), reason: "SKU_UNKNOWN", of: .raw, required: nil))
  }

  @Test func `an order with another's key is right only when it is refused for that`() {
    let standard = Expectation.standard
    let exists = Outcome.status(.alreadyExists)
    #expect(
      standard.allows(exists, reason: "REQUEST_ID_REUSED", of: .placeOrder, required: .conflict))
    #expect(!standard.allows(.ok, reason: nil, of: .placeOrder, required: .conflict))
    #expect(!standard.allows(failed, reason: "OUT_OF_STOCK", of: .placeOrder, required: .conflict))
    #expect(
      !standard.allows(exists, reason: "REQUEST_ID_REUSED", of: .placeOrder, required: nil))
  }

  @Test(arguments: ["", "ok", "OK,", "Not_Found", "A/B/C", "OK OK", "/OK", "1A"])
  func `a name that can never come is refused`(text: String) {
    #expect(throws: LoadError.self) { try Expectation(parsing: text) }
  }
}
