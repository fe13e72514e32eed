import ArgumentParser
import Foundation

/// Keeps what a call takes from growing unseen.
struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Counts a call's allocations and instructions, and fails when they have grown.",
    discussion: """
      Makes calls between a client's session and a server's connection in memory, under valgrind \
      (docker/install-packages bench), and compares with Sources/Benchmarks/Baseline.json. The \
      counts do not depend on what else the machine does.
      """)

  @Flag(help: "Writes the counts into Baseline.json instead.")
  var write = false

  @Option(help: "The call up to which a process is counted as old.")
  var calls = 1_000_000

  /// Two runs on one machine differ by less than a thousandth; another processor's memcpy makes a
  /// few hundredths.
  private static let instructionsGrowthMax = 1.05
  /// Less than one block in a hundred calls is a table that has grown.
  private static let allocationsSlack = 0.01

  private static let young = 1000

  func validate() throws {
    guard calls > Self.young * 2 else {
      throw ValidationError("--calls is more than \(Self.young * 2)")
    }
  }

  func run() async throws {
    #if DEBUG
      throw BenchFailure("a debug build's counts mean nothing: swift run -c release bench baseline")
    #else
      try measure()
    #endif
  }

  private func measure() throws {
    // Before the minutes that counting takes.
    let baseline = write ? nil : try Baseline.read()
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "orderly-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = try CountedExchange.program(in: folder)
    let first = try CountedExchange(program: program, calls: Self.young).heap()
    let second = try CountedExchange(program: program, calls: Self.young * 2).heap()
    let last = try CountedExchange(program: program, calls: calls).heap()
    let young = Double(second.allocations - first.allocations) / Double(Self.young)
    let old =
      Double(last.allocations - second.allocations) / Double(calls - Self.young * 2)
    let bytes = Double(last.bytes - second.bytes) / Double(calls - Self.young * 2)
    let instructions =
      Double(
        try CountedExchange(program: program, calls: Self.young * 3).instructions()
          - CountedExchange(program: program, calls: Self.young).instructions())
      / Double(Self.young * 2)
    print(
      String(
        format: "%.2f allocations a call from call %d, %.2f up to call %d", young, Self.young,
        old, calls))
    print(String(format: "%.0f bytes and %.0f instructions a call", bytes, instructions))
    var verdicts = [
      Verdict("allocations a call, old process", old, .atMost(young + Self.allocationsSlack))
    ]
    if let baseline {
      verdicts += [
        Verdict(
          "allocations a call", young,
          .atMost(baseline.allocationsPerCall + Self.allocationsSlack)),
        Verdict("allocated bytes a call", bytes, .atMost(baseline.allocatedBytesPerCall + 8)),
        Verdict(
          "instructions a call", instructions,
          .atMost(baseline.instructionsPerCall * Self.instructionsGrowthMax)),
      ]
    } else {
      try Baseline(
        allocationsPerCall: young, allocatedBytesPerCall: bytes.rounded(),
        instructionsPerCall: instructions.rounded()
      ).write()
      print("written to Sources/Benchmarks/Baseline.json")
    }
    for verdict in verdicts { print(verdict) }
    if !verdicts.allSatisfy(\.isMet) { throw ExitCode(3) }
  }
}
