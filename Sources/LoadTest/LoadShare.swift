/// A share from 0 to 1, written `0.1%` or `0.001`.
public struct LoadShare: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let value: Double

  public init(parsing text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(value: text, expected: "a share such as 0.1% or 0.001, from 0 to 100%"))
    let isPercent = text.hasSuffix("%")
    guard let decimal = DecimalNumber(isPercent ? text.dropLast() : Substring(text)) else {
      throw refusal
    }
    let value = isPercent ? decimal.value / 100 : decimal.value
    guard value <= 1 else { throw refusal }
    self.value = value
  }

  public static let zero = LoadShare()

  private init() { value = 0 }

  init(percent: Int) { value = Double(min(max(percent, 0), 100)) / 100 }

  public var description: String { Decimals.shortest(value * 100, placesMax: 6) + "%" }
}
