/// The value of `grpc-timeout`: 1 to 8 digits and a unit. (PROTOCOL-HTTP2, Timeout)
enum Timeout {
  private static let digitsMax = 8
  private static let valueMax: Int64 = 99_999_999

  /// The units with their nanoseconds, finest first.
  private static let units: [(letter: UInt8, nanoseconds: Int64)] = [
    (UInt8(ascii: "n"), 1),
    (UInt8(ascii: "u"), 1_000),
    (UInt8(ascii: "m"), 1_000_000),
    (UInt8(ascii: "S"), 1_000_000_000),
    (UInt8(ascii: "M"), 60_000_000_000),
    (UInt8(ascii: "H"), 3_600_000_000_000),
  ]

  /// Reads a header value; nil when it is not of the form. A sum past Int64 nanoseconds is
  /// `Duration.nanoseconds(Int64.max)`, which `Deadline.after` takes for never.
  static func parse(_ bytes: some Collection<UInt8>) -> Duration? {
    guard bytes.count >= 2, bytes.count <= digitsMax + 1 else { return nil }
    var value: Int64 = 0
    var unit: Int64?
    for (position, byte) in bytes.enumerated() {
      if position == bytes.count - 1 {
        unit = units.first { $0.letter == byte }?.nanoseconds
      } else {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))  // At most 8 digits: cannot overflow.
      }
    }
    guard let unit else { return nil }
    let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: unit)
    return .nanoseconds(overflow ? Int64.max : nanoseconds)
  }

  /// Writes the finest unit whose value fits 8 digits, rounded up: a server that is told less than
  /// what is left would give up before its caller does.
  static func format(_ duration: Duration) -> [UInt8] {
    let parts = duration.components
    guard parts.seconds >= 0, parts.attoseconds >= 0 else { return Array("0n".utf8) }
    let rest = (parts.attoseconds + 999_999_999) / 1_000_000_000
    let (scaled, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = scaled.addingReportingOverflow(rest)
    let nanoseconds = overflow || sumOverflow ? Int64.max : sum
    for unit in units {
      let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: unit.nanoseconds)
      let value = remainder == 0 ? quotient : quotient + 1
      if value <= valueMax { return text(value, unit.letter) }
    }
    return text(valueMax, UInt8(ascii: "H"))
  }

  /// By hand, since each call with a deadline passes here.
  private static func text(_ value: Int64, _ letter: UInt8) -> [UInt8] {
    var count = 1
    var power: Int64 = 10
    while power <= value {
      count += 1
      power *= 10
    }
    var text = [UInt8](repeating: letter, count: count + 1)
    var left = value
    for place in stride(from: count - 1, through: 0, by: -1) {
      text[place] = UInt8(ascii: "0") + UInt8(left % 10)
      left /= 10
    }
    return text
  }
}
