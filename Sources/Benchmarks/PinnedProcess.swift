import Foundation

/// A process, bound to one core if asked, so that what it costs is not what its neighbour costs.
final class PinnedProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  convenience init(core: Int, _ command: [String]) throws {
    try self.init(cores: String(core), command)
  }

  /// - Parameter cores: as taskset takes them: `1`, `0,1`.
  convenience init(cores: String, _ command: [String]) throws {
    try self.init(["taskset", "-c", cores] + command)
  }

  /// - Parameter command: a program, looked up in `PATH`, and its arguments.
  init(_ command: [String]) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = input
    try process.run()
  }

  deinit { stop() }

  /// What it answers to a line: one line.
  func answer(to question: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data("\(question)\n".utf8))
    return try nextLine()
  }

  /// The next line it prints.
  func nextLine() throws -> String {
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]) {
      guard !byte.isEmpty else { break }
      line += byte
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// Everything it prints until it ends. The end of its output is its end: to wait for the process
  /// as well would need a run loop, which no thread of the pool has.
  func wholeOutput() throws -> String {
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// Processor time so far, user and system, in seconds. `env` and `taskset` become the command
  /// they start, so the process id is the command's.
  func processorSeconds() throws -> Double {
    guard let times = ProcessTimes(processID: process.processIdentifier) else {
      throw BenchFailure("process \(process.processIdentifier) has ended")
    }
    return times.seconds
  }

  /// Bytes of memory in use now.
  func residentBytes() throws -> Int {
    let path = "/proc/\(process.processIdentifier)/status"
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    guard let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first,
      let kibibytes = Int(number)
    else { throw BenchFailure("no VmRSS in \(path)") }
    return kibibytes * 1024
  }

  /// By SIGKILL, because a process started from a thread of the pool inherits that thread's blocked
  /// signals and would never hear a SIGTERM.
  func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
  }
}

/// Why a figure could not be taken.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
