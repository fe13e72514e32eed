/// Numbers as text with a decimal point in every locale, which no formatter that asks the locale
/// guarantees: a result written in one country is read in another.
enum Decimals {
  /// `value` rounded to exactly `places` digits after the point; `-` for what is no number.
  static func fixed(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return "-" }
    let places = min(max(places, 0), 9)
    var scale: UInt64 = 1
    for _ in 0..<places { scale *= 10 }
    // Beyond this the fraction has no meaning any more and the product would leave 64 bits.
    guard abs(value) < 1e9 else { return "\(value.rounded())" }
    let scaled = UInt64((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
  }

  /// As `fixed`, without zeros at the end: `99.9`, `50`.
  static func shortest(_ value: Double, placesMax: Int) -> String {
    var text = Substring(fixed(value, places: placesMax))
    guard text.contains(".") else { return String(text) }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return String(text)
  }

  /// A length of time with three or four significant digits and the unit that suits it.
  static func time(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1000: "\(fixed(nanoseconds, places: 0)) ns"
    case ..<1_000_000: "\(fixed(nanoseconds / 1000, places: 1)) us"
    case ..<1_000_000_000: "\(fixed(nanoseconds / 1_000_000, places: 2)) ms"
    default: "\(fixed(nanoseconds / 1_000_000_000, places: 2)) s"
    }
  }
}
