/// `300ms`, `5s`, `2m`, `1h`. A bare number is refused: whether it means seconds or milliseconds is
/// what outages are made of.
extension Duration: SettingValue {
  private static let units: [(suffix: String, nanoseconds: Int64)] = [
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ("us", 1000), ("ns", 1),
  ]

  public init?(settingText text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let suffix = text.dropFirst(digits.count)
    guard let count = Int64(digits),
      let unit = Self.units.first(where: { $0.suffix == suffix })
    else { return nil }
    let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
    guard !overflow else { return nil }
    self = .nanoseconds(nanoseconds)
  }

  /// The coarsest unit that loses nothing.
  public var settingText: String {
    let nanoseconds = wholeNanoseconds
    if nanoseconds == 0 { return "0s" }
    let unit = Self.units.first { nanoseconds.isMultiple(of: $0.nanoseconds) } ?? ("ns", 1)
    return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
  }

  public static var form: String { "a duration such as 300ms, 5s, 2m or 1h" }
  public static var placeholder: String { "duration" }

  /// Cut to what 64 bits hold, about 292 years.
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowSum) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    if overflow || overflowSum { return seconds < 0 ? .min : .max }
    return sum
  }

  /// For a log line or a metric.
  public var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
