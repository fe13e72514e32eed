import Testing

@testable import Edge

@Suite struct QueryStringTests {
  private static let stock = Operation.checkStock.parameters

  @Test(arguments: [
    ("sku=A&sku=B", ["A", "B"]), ("sku=a%2Bb&sku=a+b", ["a+b", "a b"]), ("sku=%E2%82%AC", ["€"]),
    ("sku=a=b", ["a=b"]), ("%73ku=A", ["A"]), ("&sku=A&", ["A"]), ("sku=a%26b", ["a&b"]),
  ])
  func `values are decoded after the query is cut`(query: String, values: [String]) throws {
    #expect(try QueryString(query[...], taking: Self.stock).values("sku") == values)
  }

  @Test(
    arguments: [
      ("sku=%", .invalidValue, "query.sku"), ("sku=%4", .invalidValue, "query.sku"),
      ("sku=%zz", .invalidValue, "query.sku"), ("sku=%C3", .invalidValue, "query.sku"),
      ("sku=%00", .invalidValue, "query.sku"), ("sku=", .invalidValue, "query.sku"),
      ("sku", .invalidValue, "query.sku"), ("sk%u=A", .invalidValue, "query.sk%u"),
      ("Sku=A", .unknownParameter, "query.Sku"), ("sku=A&x=1", .unknownParameter, "query.x"),
      ("=A", .unknownParameter, "query."),
    ] as [(String, InputError.Reason, String)])
  func `what cannot be taken is named`(query: String, reason: InputError.Reason, path: String) {
    do throws(InputError) {
      _ = try QueryString(query[...], taking: Self.stock)
      Issue.record("\(query) was taken")
    } catch {
      #expect(error.reason == reason)
      #expect(error.path == path)
    }
  }

  @Test func `a hundred SKUs are taken and one more is not`() throws {
    let hundred = Array(repeating: "sku=A", count: 100).joined(separator: "&")
    #expect(try QueryString(hundred[...], taking: Self.stock).values("sku").count == 100)
    let expected = InputError(
      .valueOutOfRange, at: "query.sku", "must be given from 1 to 100 times")
    #expect(throws: expected) {
      try QueryString((hundred + "&sku=B")[...], taking: Self.stock)
    }
  }

  @Test func `a singular parameter given twice is refused even with one value`() {
    let expected = InputError(
      .duplicateParameter, at: "query.customer_id", "is given more than once")
    #expect(throws: expected) {
      try QueryString("customer_id=c&customer_id=c", taking: Operation.readOrder.parameters)
    }
  }

  @Test func `no query has no parameters`() throws {
    let query = try QueryString(nil, taking: Self.stock)
    #expect(query["sku"] == nil)
  }
}
