/// Reads Prometheus' text form as its documentation describes it, and refuses everything else. It
/// shares no code with what writes the page.
struct MetricsText {
  struct Sample: Equatable {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  struct Malformed: Error, Equatable {
    let line: String
    let why: String
  }

  private(set) var samples: [Sample] = []
  private(set) var kinds: [String: String] = [:]
  private var helped: Set<String> = []
  private var finished: Set<String> = []
  private var current = ""

  init(_ bytes: [UInt8]) throws {
    guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n") else {
      throw Malformed(line: "", why: "no UTF-8, or no line break at the end")
    }
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
      try read(String(line))
    }
  }

  private mutating func read(_ line: String) throws {
    if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
      try begin(String(match.1), line)
      guard helped.insert(current).inserted else { throw Malformed(line: line, why: "second HELP") }
    } else if let match = line.wholeMatch(of: /# TYPE ([^ ]+) (counter|gauge|histogram)/) {
      try begin(String(match.1), line)
      guard kinds.updateValue(String(match.2), forKey: current) == nil else {
        throw Malformed(line: line, why: "second TYPE")
      }
    } else {
      try sample(line)
    }
  }

  /// All lines of a metric stand together.
  private mutating func begin(_ name: String, _ line: String) throws {
    if name == current { return }
    guard finished.insert(current).inserted, !finished.contains(name) else {
      throw Malformed(line: line, why: "the metric was there before")
    }
    current = name
  }

  private mutating func sample(_ line: String) throws {
    let pattern = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? ([^ ]+)/
    guard let match = line.wholeMatch(of: pattern), let value = Self.number(String(match.4)) else {
      throw Malformed(line: line, why: "no sample")
    }
    let name = String(match.1)
    guard let kind = kinds[current], helped.contains(current) else {
      throw Malformed(line: line, why: "no HELP or TYPE before it")
    }
    let names =
      kind == "histogram"
      ? ["\(current)_bucket", "\(current)_sum", "\(current)_count"] : [current]
    guard names.contains(name) else { throw Malformed(line: line, why: "not of \(current)") }
    let sample = Sample(
      name: name, labels: try Self.labels(String(match.3 ?? ""), line), value: value)
    guard !samples.contains(where: { $0.name == name && $0.labels == sample.labels }) else {
      throw Malformed(line: line, why: "the series was there before")
    }
    samples.append(sample)
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "+Inf": .infinity
    case "-Inf": -.infinity
    case "NaN": .nan
    default: Double(text)
    }
  }

  private static func labels(_ text: String, _ line: String) throws -> [String: String] {
    var labels: [String: String] = [:]
    var rest = text[...]
    while !rest.isEmpty {
      guard
        let match = rest.prefixMatch(
          of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/),
        labels.updateValue(unescaped(String(match.2)), forKey: String(match.1)) == nil
      else { throw Malformed(line: line, why: "bad labels") }
      rest = rest[match.range.upperBound...]
    }
    return labels
  }

  private static func unescaped(_ text: String) -> String {
    var result = "", isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }

  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    samples.first { $0.name == name && $0.labels == labels }?.value
  }
}
