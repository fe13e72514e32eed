import Foundation

/// A command that was run to its end.
struct TimedCommand {
  let output: String
  /// Processor seconds, user and system, of the command and all that it started.
  let processorSeconds: Double

  /// - Parameter cores: those it is bound to, as taskset takes them.
  init(cores: String, _ command: [String]) throws {
    // The shell's own clock has three digits, and its line comes last.
    let script = "TIMEFORMAT='%U %S'; { time \"$@\" 2>/dev/null; } 2>&1"
    let process = try PinnedProcess(cores: cores, ["bash", "-c", script, "-"] + command)
    var lines = try process.wholeOutput().split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    let times = (lines.popLast() ?? "").split(separator: " ").compactMap { Double($0) }
    guard times.count == 2 else {
      throw BenchFailure("no times of \(command.joined(separator: " "))")
    }
    processorSeconds = times[0] + times[1]
    output = lines.joined(separator: "\n")
  }
}
