/// Which outcomes are no errors. Out of stock is a right answer to an order, so a load test of a
/// shop that sells out must not call it a failure; everything else but OK is one by default.
public struct Expectation: Equatable, Sendable {
  /// Names of outcomes (`OK`, `NOT_FOUND`, `malformed`), of reasons (`OUT_OF_STOCK`), or of both
  /// (`FAILED_PRECONDITION/OUT_OF_STOCK`); nil takes the default of each kind.
  public let names: Set<String>?

  public static let standard = Expectation(names: nil)

  /// What an order that carries another order's key must be answered with.
  static let conflictReason = "REQUEST_ID_REUSED"

  private init(names: Set<String>?) {
    self.names = names
  }

  /// Reads names separated by commas.
  public init(parsing text: String) throws(LoadError) {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let known = Set(Outcome.all.map(\.description))
    for name in names where !known.contains(name) && !Self.isReason(name) {
      let expected = "a list of outcomes such as OK,OUT_OF_STOCK,NOT_FOUND"
      throw LoadError(.invalidValue(value: text, expected: expected))
    }
    self.names = Set(names)
  }

  /// Capitals, digits and underscores, with a status before it or not.
  private static func isReason(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 2
      && parts.allSatisfy { part in
        part.first.map { ("A"..."Z").contains($0) } ?? false
          && part.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
              || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
          }
      }
  }

  func allows(
    _ outcome: Outcome, reason: String?, of kind: RequestKind, required: RequiredAnswer?
  ) -> Bool {
    if let required { return required.isGiven(by: outcome, reason: reason) }
    guard let names else {
      return outcome == .ok || kind == .placeOrder && reason == "OUT_OF_STOCK"
    }
    if names.contains(outcome.description) { return true }
    guard let reason else { return false }
    return names.contains(reason) || names.contains("\(outcome)/\(reason)")
  }

  public func list(for kind: RequestKind) -> [String] {
    if let names { return names.sorted() }
    return kind == .placeOrder ? ["OK", "OUT_OF_STOCK"] : ["OK"]
  }
}
