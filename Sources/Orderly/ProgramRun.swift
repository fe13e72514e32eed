import ArgumentParser
import FoundationEssentials
import Logging
import Operations

/// From a command line to an exit code: what all subcommands have in common.
struct ProgramRun {
  private let program: Program
  private let flags: [String: String]
  private let environment = ProcessInfo.processInfo.environment

  init(_ program: Program, _ flags: [String: String]) {
    self.program = program
    self.flags = flags
  }

  /// Runs until it is stopped by a signal.
  /// - Parameter start: Starts everything and answers what to print as ready.
  func serve(
    _ start: @escaping @Sendable (ServerProcess) async throws -> String
  ) async throws {
    let signals = SignalWatch()
    try await exiting { settings, logs in
      let process = try ServerProcess(settings, logs: logs)
      try await process.runner.run(untilSignal: { await signals.first() }) {
        process.watchCertificates(askedBy: signals)
        try await process.startAdmin()
        let ready = try await start(process)
        await process.startServing()
        StandardStream.output.write(line: "ready \(ready)")
      }
    }
  }

  /// Runs something that ends by itself.
  func finish(_ work: (Settings, LogSystem) async throws -> Void) async throws {
    try await exiting(work)
  }

  /// Asks the instance that runs with the same settings whether it is ready.
  func probe() async throws {
    let settings: Settings
    do throws(SettingsError) {
      settings = try readSettings()
    } catch {
      throw Self.exit(error)
    }
    let probe = ReadinessProbe(host: settings.adminHost, port: settings.adminPort)
    if await !probe.isReady() { throw ExitCode(ExitReason.failed.rawValue) }
  }

  private func readSettings() throws(SettingsError) -> Settings {
    try SettingsReader(program: program, flags: flags, environment: environment).settings()
  }

  private func logSystem(_ settings: Settings) -> LogSystem {
    let logs = LogSystem(settings: settings, environment: environment)
    logs.bootstrap(service: program.rawValue)
    let logger = logs.logger("settings", service: program.rawValue)
    for warning in settings.warnings { logger.warning("\(warning)") }
    return logs
  }

  /// Turns every error into lines on standard error and an exit code.
  private func exiting(_ work: (Settings, LogSystem) async throws -> Void) async throws {
    let settings: Settings
    do throws(SettingsError) {
      settings = try readSettings()
    } catch {
      throw Self.exit(error)
    }
    let logs = logSystem(settings)
    var failure: Failure?
    do {
      try await work(settings, logs)
    } catch let error as Failure {
      failure = error
    } catch {
      failure = Failure(
        .failed, "unexpected: \(error)", remedy: "please report it with the log above")
    }
    // The reason comes after the log that led to it, and no line of it is lost.
    await logs.flush()
    if let failure { throw Self.exit(failure) }
  }

  /// Prints what is wrong, and answers what ends the program.
  private static func exit(_ error: SettingsError) -> ExitCode {
    for line in Failure.lines(of: error) { StandardStream.error.write(line: line) }
    return ExitCode(ExitReason.wrongConfiguration.rawValue)
  }

  /// Prints why, and answers what ends the program.
  static func exit(_ failure: Failure) -> ExitCode {
    for line in failure.context { StandardStream.error.write(line: line) }
    StandardStream.error.write(line: failure.description)
    return ExitCode(failure.status.rawValue)
  }
}
