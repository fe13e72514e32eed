/// Text in columns, as reports print it.
enum Columns {
  static func time(_ nanoseconds: UInt64) -> String { Decimals.time(Double(nanoseconds)) }

  /// A part of a latency may well be nothing, which histograms count as 1 ns.
  static func part(_ nanoseconds: UInt64) -> String { nanoseconds <= 1 ? "0" : time(nanoseconds) }

  static func percent(_ share: Double) -> String { Decimals.fixed(share * 100, places: 3) + " %" }

  /// At the left edge of a column.
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// At the right edge of a column, with at least one space before it.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }

  /// Without spaces at its end.
  static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
