import Foundation
import LoadTest

/// One run of the engine, what it found and what it cost.
struct GeneratorRun {
  let processorSeconds: Double
  let peakKibibytes: Int
  private let result: JSONValue

  /// - Parameters:
  ///   - cores: those it is bound to, as taskset takes them.
  ///   - arguments: of `LoadGenerator`, without the target.
  init(cores: String, port: Int, _ arguments: [String]) throws {
    try self.init(cores: cores, target: "127.0.0.1:\(port)", arguments)
  }

  init(cores: String, target: String, _ arguments: [String]) throws {
    let command = [CommandLine.arguments[0], "generate", "--target", target]
    let timed = try TimedCommand(cores: cores, command + arguments)
    var lines = timed.output.split(separator: "\n")
    let peak = lines.popLast().flatMap { Int($0) }
    let document = Data(lines.joined(separator: "\n").utf8)
    guard let peak, let result = try? JSONDecoder().decode(JSONValue.self, from: document) else {
      throw BenchFailure("the load generator gave no result: \(timed.output.suffix(300))")
    }
    peakKibibytes = peak
    self.result = result
    processorSeconds = timed.processorSeconds
  }

  init(core: Int, port: Int, _ arguments: [String]) throws {
    try self.init(cores: "\(core)", port: port, arguments)
  }

  var completed: Double { result["counts"]?["completed"]?.double ?? 0 }
  var rate: Double { result["rate"]?.double ?? 0 }
  var errorRate: Double { result["error_rate"]?.double ?? 1 }
  var isCertified: Bool { result["certified"] == .bool(true) }

  /// How many orders the books were found to have, and how many of them were wrong.
  var verified: (orders: Double, violations: Double)? {
    guard let found = result["verification"], let orders = found["acknowledged"]?.double,
      let violations = found["violation_count"]?.double
    else { return nil }
    return (orders, violations)
  }

  var reasons: [String] { result["reasons_not_certified"]?.elements.compactMap(\.string) ?? [] }

  /// How many requests had which outcome.
  var outcomes: [String: Double] {
    var counts: [String: Double] = [:]
    for line in result["outcomes"]?.elements ?? [] {
      if let name = line["outcome"]?.string { counts[name] = line["count"]?.double }
    }
    return counts
  }

  /// Nanoseconds from the send of those that had `outcome`.
  func latency(ofOutcome outcome: String, _ percentile: Double) throws -> Double {
    let line = result["outcomes"]?.elements.first { $0["outcome"]?.string == outcome }
    return try Self.value(line?["latency"]?["from_send"], percentile)
  }

  /// Nanoseconds, of `from_schedule` or `from_send`.
  func latency(_ clock: String, _ percentile: Double) throws -> Double {
    try Self.value(result["latency"]?[clock], percentile)
  }

  /// Nanoseconds, of one part of the latency from the schedule.
  func part(_ name: String, _ percentile: Double) throws -> Double {
    try Self.value(result["parts"]?[name], percentile)
  }

  private static func value(_ histogram: JSONValue?, _ percentile: Double) throws -> Double {
    let line = histogram?["percentiles"]?.elements.first { $0["percentile"]?.double == percentile }
    guard let value = line?["ns"]?.double else {
      throw BenchFailure("no percentile \(percentile) in the result")
    }
    return value
  }
}
