/// All metrics in Prometheus' text form, version 0.0.4.
public struct MetricsPage: Sendable {
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  public let bytes: [UInt8]

  init(_ families: [String: MetricsRegistry.Family]) {
    var page = [UInt8]()
    page.reserveCapacity(16_384)
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      let samples = family.series.flatMap { Self.samples(of: $0, named: name) }
      if samples.isEmpty { continue }
      page += Array("# HELP \(name) \(Self.escapedHelp(family.help))\n".utf8)
      page += Array("# TYPE \(name) \(family.kind.rawValue)\n".utf8)
      for sample in samples { page += Array(sample.utf8) }
    }
    bytes = page
  }

  private static func samples(of series: MetricsRegistry.Series, named name: String) -> [String] {
    switch series.reader {
    case .number(let read):
      guard let number = read() else { return [] }
      return ["\(name)\(labels(series.labels)) \(text(number))\n"]
    case .numbers(let label, let read):
      return read().map { value, number in
        "\(name)\(labels(series.labels + [(label, value)])) \(text(number))\n"
      }
    case .histogram(let histogram, let hidesEmpty):
      let reading = histogram.reading
      if hidesEmpty, reading.count == 0 { return [] }
      let bounds =
        LatencyHistogram.bounds.indices.map { text(Double(LatencyHistogram.bounds[$0]) / 1e9) }
        + ["+Inf"]
      var lines = zip(bounds, reading.cumulative).map { bound, count in
        "\(name)_bucket\(labels(series.labels + [("le", bound)])) \(count)\n"
      }
      lines.append("\(name)_sum\(labels(series.labels)) \(text(reading.sumSeconds))\n")
      lines.append("\(name)_count\(labels(series.labels)) \(reading.count)\n")
      return lines
    }
  }

  private static func labels(_ labels: MetricsRegistry.Labels) -> String {
    if labels.isEmpty { return "" }
    let pairs = labels.map { "\($0.name)=\"\(escapedValue($0.value))\"" }
    return "{\(pairs.joined(separator: ","))}"
  }

  private static func escapedValue(_ value: String) -> String {
    var escaped = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  private static func escapedHelp(_ help: String) -> String {
    var escaped = ""
    for character in help.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  private static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
    // Whole numbers without ".0", as counters are usually written.
    if number == number.rounded(), number.magnitude < 1e15 { return "\(Int64(number))" }
    return "\(number)"
  }
}
