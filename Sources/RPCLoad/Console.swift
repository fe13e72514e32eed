import ArgumentParser
import Foundation
import LoadTest
import Logging

/// The two places where the program speaks: results on standard output, the rest on standard error.
enum Console {
  /// Goes around the buffer of `print`, so that a line can be read as soon as it is said, also from
  /// a pipe. A reader that has gone away is no reason to fail a run.
  static func print(_ text: String) { write(text + "\n") }

  /// Without a line's end.
  static func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  static func warn(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }

  /// Does the work of a command; what goes wrong is said on standard error and has an exit code.
  static func reporting(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let error as LoadError {
      warn("rpcload: \(error)")
      throw ExitCode(error.exitCode)
    } catch let exit as ExitCode {
      throw exit
    } catch {
      warn("rpcload: internal error: \(error)")
      throw ExitCode(70)
    }
  }

  /// For the network below; only what is worth a person's attention.
  static let logger: Logger = {
    var logger = Logger(label: "rpcload") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .error
    return logger
  }()
}
