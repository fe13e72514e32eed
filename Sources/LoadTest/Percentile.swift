/// A percentile with the text it was asked by: `99.9` must not come back as 99.90000000000001.
public struct Percentile: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let value: Double
  public let description: String

  public static let standard = ["50", "75", "90", "95", "99", "99.9", "99.99", "99.999"]
    .compactMap { Percentile($0) }

  static let median = Percentile(value: 50, description: "50")
  static let p90 = Percentile(value: 90, description: "90")
  static let p99 = Percentile(value: 99, description: "99")
  static let p999 = Percentile(value: 99.9, description: "99.9")

  private init(value: Double, description: String) {
    self.value = value
    self.description = description
  }

  /// More than 0 and at most 100, as a decimal number.
  init?(_ text: some StringProtocol) {
    guard let decimal = DecimalNumber(text), decimal.value > 0, decimal.value <= 100 else {
      return nil
    }
    value = decimal.value
    description = Decimals.shortest(decimal.value, placesMax: 9)
  }

  /// Reads a list separated by commas and puts it in rising order, each once.
  public static func list(parsing text: String) throws(LoadError) -> [Percentile] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let percentiles = parts.compactMap { Percentile($0) }
    guard percentiles.count == parts.count else {
      throw LoadError(
        .invalidValue(value: text, expected: "percentiles such as 50,99,99.9, above 0 up to 100"))
    }
    return Set(percentiles).sorted { $0.value < $1.value }
  }
}
