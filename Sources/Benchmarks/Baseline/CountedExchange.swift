import Foundation

/// A run of calls in memory under valgrind, which counts what the whole process does. A run of more
/// calls less a run of fewer leaves what the calls take.
struct CountedExchange {
  /// This program as valgrind can read it.
  let program: String
  let calls: Int

  /// Makes `program` in a folder: the valgrind of Debian 12 gives up on debug information as
  /// Swift's compiler writes it.
  static func program(in folder: URL) throws -> String {
    let path = folder.appending(path: "bench").path(percentEncoded: false)
    let output = try PinnedProcess([
      "sh", "-c", "strip -g -o \"$0\" \"$1\" 2>&1", path, CommandLine.arguments[0],
    ]).wholeOutput()
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw BenchFailure("strip: \(output)")
    }
    return path
  }

  struct Heap {
    /// Blocks asked for, by Swift and by C.
    let allocations: Int
    let bytes: Int
  }

  func heap() throws -> Heap {
    let report = try run(["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"])
    let numbers = Self.numbers(after: "total heap usage:", in: report)
    guard numbers.count == 3 else { throw BenchFailure("valgrind: \(report)") }
    return Heap(allocations: numbers[0], bytes: numbers[2])
  }

  func instructions() throws -> Int {
    let report = try run(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
    guard let count = Self.numbers(after: "Collected :", in: report).first else {
      throw BenchFailure("valgrind: \(report)")
    }
    return count
  }

  /// A million calls take some five minutes.
  private static let secondsMax = 1800

  private func run(_ options: [String]) throws -> String {
    let output = try PinnedProcess(
      // Without this each process hashes in its own way, and takes as many steps more or less.
      ["SWIFT_DETERMINISTIC_HASHING=1"]
        // Valgrind outlives a benchmark that is killed, and keeps a core busy meanwhile.
        + ["timeout", "--kill-after=5", String(Self.secondsMax), "valgrind", "--log-fd=1"]
        + options + [program, "exchange", "--calls", String(calls)]
    ).wholeOutput()
    guard !output.isEmpty else {
      throw BenchFailure("valgrind is not installed (docker/install-packages bench)")
    }
    guard output.contains(ExchangeCommand.end(calls)) else {
      throw BenchFailure("the calls under valgrind failed: \(output)")
    }
    return output
  }

  /// Those of the line with `label`: `1,234 allocs, 56 frees`.
  private static func numbers(after label: String, in report: String) -> [Int] {
    guard let line = report.split(separator: "\n").first(where: { $0.contains(label) }),
      let range = line.range(of: label)
    else { return [] }
    return line[range.upperBound...].split(separator: " ").compactMap { word in
      Int(word.filter { $0 != "," })
    }
  }
}
