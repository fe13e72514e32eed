import Foundation

/// A program that runs beside a test: its output is collected, and it never outlives its test run.
final class RunningProgram: @unchecked Sendable {
  // Foundation's `Process` may be used from any thread; what is our own is behind the lock.
  private let process = Process()
  private let lock = NSLock()
  private var output = Data()
  private var errors = Data()

  init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    folder: URL? = nil
  ) throws {
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = folder }
    let out = Pipe()
    let error = Pipe()
    process.standardOutput = out
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    collect(out) { self.output.append($0) }
    collect(error) { self.errors.append($0) }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// On a thread of its own: a handler of Foundation's that is told of the end while its pipe goes
  /// away has crashed the dispatch library.
  private func collect(_ pipe: Pipe, _ keep: @escaping @Sendable (Data) -> Void) {
    let handle = pipe.fileHandleForReading
    Thread.detachNewThread {
      while true {
        let data = handle.availableData
        if data.isEmpty { return }
        self.lock.withLock { keep(data) }
      }
    }
  }

  var standardOutput: String { lock.withLock { String(decoding: output, as: UTF8.self) } }
  var standardError: String { lock.withLock { String(decoding: errors, as: UTF8.self) } }
  var isRunning: Bool { process.isRunning }
  var processIdentifier: pid_t { process.processIdentifier }

  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// Waits for a whole line on standard output that begins with `prefix`.
  func line(_ prefix: String, within seconds: Double = 60) async throws -> String {
    try await wait(within: seconds, for: "a line \"\(prefix)…\"") {
      let lines = self.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
      return lines.dropLast().first { $0.hasPrefix(prefix) }.map(String.init)
    }
  }

  /// Waits for the end.
  /// - Returns: the exit code, or 128 and the signal.
  func end(within seconds: Double = 60) async throws -> Int32 {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning {
      guard Date() < deadline else {
        kill(process.processIdentifier, SIGKILL)
        throw SystemFailure("\(process.arguments ?? []) has not ended in \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    // The pipes may still hold the last words.
    try await Task.sleep(for: .milliseconds(50))
    let status = process.terminationStatus
    return process.terminationReason == .uncaughtSignal ? 128 + status : status
  }

  private func wait(
    within seconds: Double, for what: String, _ found: () -> String?
  ) async throws -> String {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
      if let text = found() { return text }
      guard process.isRunning, Date() < deadline else {
        throw SystemFailure(
          "no \(what) from \(process.arguments ?? []): \(standardOutput) \(standardError)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Runs a program to its end.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    within seconds: Double = 120
  ) async throws -> (code: Int32, output: String, errors: String) {
    let running = try RunningProgram(program, arguments, environment: environment)
    let code = try await running.end(within: seconds)
    return (code, running.standardOutput, running.standardError)
  }
}
