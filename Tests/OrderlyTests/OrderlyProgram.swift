import Foundation
import Subprocess
import SystemPackage

/// The built `orderly`, run as a user runs it.
enum OrderlyProgram {
  struct Ended {
    let code: Int32
    let output: String
    let errors: String
    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  struct NotBuilt: Error {}

  /// Beside the bundle these tests are in.
  static func executable() throws -> Executable {
    let bundle = URL(filePath: CommandLine.arguments[0])
    for folder in [bundle.deletingLastPathComponent(), URL(filePath: ".build/debug/")] {
      let path = folder.appending(path: "orderly").path(percentEncoded: false)
      if FileManager.default.isExecutableFile(atPath: path) { return .path(FilePath(path)) }
    }
    throw NotBuilt()
  }

  /// Variables of the test run must not set settings of the program under test.
  private static func environment(_ extra: [String: String]) -> Environment {
    var own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ORDERLY_") }
    own.merge(extra) { $1 }
    let keyed = own.compactMap { key, value in Environment.Key(rawValue: key).map { ($0, value) } }
    return .custom(Dictionary(uniqueKeysWithValues: keyed))
  }

  /// Runs to the end.
  static func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ended
  {
    try await run(arguments, environment: environment)
  }

  static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Ended
  {
    // A folder without an orderly.json.
    let result = try await Subprocess.run(
      executable(), arguments: Arguments(arguments), environment: Self.environment(environment),
      workingDirectory: "/", output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Ended(
      code: code(result.terminationStatus), output: result.standardOutput,
      errors: result.standardError)
  }

  /// Runs while `body` does, which has to end it: whatever still runs afterwards is killed.
  /// - Returns: how it ended.
  static func serving(
    _ arguments: [String], environment: [String: String] = [:],
    _ body: (ServingProgram) async throws -> Void
  ) async throws -> Ended {
    let output = Lines(), errors = Lines()
    let result = try await Subprocess.run(
      Configuration(
        executable: executable(), arguments: Arguments(arguments),
        environment: Self.environment(environment), workingDirectory: "/"),
      input: .none, output: .sequence, error: .sequence
    ) { execution in
      try await withThrowingTaskGroup { group in
        group.addTask { try await output.collect(execution.standardOutput) }
        group.addTask { try await errors.collect(execution.standardError) }
        let program = ServingProgram(
          process: execution.processIdentifier.value, output: output, errors: errors)
        do {
          try await body(program)
        } catch {
          program.send(SIGKILL)
          try? await group.waitForAll()
          throw error
        }
        // The pipes close when the program has ended.
        try await group.waitForAll()
      }
    }
    return await Ended(
      code: code(result.terminationStatus), output: output.text, errors: errors.text)
  }

  private static func code(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 1000 + signal  // No exit code at all: no test expects it.
    }
  }
}

/// A program that has not ended yet.
struct ServingProgram {
  let process: Int32
  let output: Lines
  let errors: Lines

  func send(_ signal: Int32) { kill(process, signal) }

  /// The address after `name=` in the ready line.
  func address(_ name: String) async throws -> String {
    let line = try await output.first { $0.hasPrefix("ready ") }
    let part = line.split(separator: " ").first { $0.hasPrefix("\(name)=") }
    return String(try Lines.unwrap(part, "no \(name) in \(line)").dropFirst(name.count + 1))
  }

  /// Where the admin listener is.
  func adminAddress() async throws -> String {
    let line = try await errors.first { $0.contains(#""message":"admin listener""#) }
    let match = line.firstMatch(of: /"address":"([^"]+)"/)
    return String(try Lines.unwrap(match, "no address in \(line)").1)
  }

  /// Status and body of `GET`.
  func get(_ url: String) async throws -> (status: Int, body: String) {
    let result = try await Subprocess.run(
      .name("curl"), arguments: ["-s", "-w", "\n%{http_code}", "--max-time", "30", url],
      output: .string(limit: 1 << 20))
    let text = result.standardOutput
    let end = try Lines.unwrap(text.lastIndex(of: "\n"), "no answer from \(url)")
    return (Int(text[text.index(after: end)...]) ?? 0, String(text[..<end]))
  }
}

/// The lines of one stream, as they come.
actor Lines {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private var lines: [String] = []
  private var isOver = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func collect(_ stream: SubprocessOutputSequence) async throws {
    for try await line in stream.strings() {
      lines.append(line.trimmingCharacters(in: .newlines))
      wake()
    }
    isOver = true
    wake()
  }

  private func wake() {
    for waiter in waiting { waiter.resume() }
    waiting = []
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  /// Waits for a line. The end of the program ends the wait.
  func first(_ wanted: @Sendable (String) -> Bool) async throws -> String {
    while true {
      if let line = lines.first(where: wanted) { return line }
      if isOver { throw Missing(description: "no such line in: \(text)") }
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  static func unwrap<Value>(_ value: Value?, _ why: String) throws -> Value {
    guard let value else { throw Missing(description: why) }
    return value
  }
}
