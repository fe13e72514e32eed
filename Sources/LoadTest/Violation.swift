/// Something that must not be, found in the books after a run.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
  /// In plain words.
  public var rule: String
  public var key: String?
  public var orderID: String?
  public var sku: String?
  public var expected: String
  public var found: String

  init(
    _ rule: String, key: String? = nil, orderID: String? = nil, sku: String? = nil,
    expected: String, found: String
  ) {
    self.rule = rule
    self.key = key
    self.orderID = orderID
    self.sku = sku
    self.expected = expected
    self.found = found
  }

  public var description: String {
    "\(rule): key \(key ?? "-"), order \(orderID ?? "-"), SKU \(sku ?? "-"),"
      + " expected \(expected), found \(found)"
  }
}
