import ArgumentParser
import Foundation
import LoadTest
import Logging

/// `rpcload run`: one run, its report, and an exit code that a script can act on.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Drives load, by a schedule or with a fixed number of requests in flight.",
    discussion: """
      Durations are written 250us, 5ms, 2s or 1m, rates 500, 20k or 1.5M per second, shares 0.1% \
      or 0.001. Results go to standard output, warnings to standard error.

      Exit codes: 0 every gate passed; 3 a gate did not; 4 a gate was asked for and the \
      generator was the limit; 5 the books of the services hold a violation; 64 bad options; 69 \
      a server is not available, or its stock cannot be prepared or its books not be read; 70 an \
      error of the tool itself; 74 a file cannot be written; 130 or 143 interrupted.
      """)

  @OptionGroup(title: "Servers") var servers: ServerOptions
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Connections and pace") var connections: ConnectionOptions
  @OptionGroup(title: "Built-in workload") var workload: WorkloadOptions
  @OptionGroup(title: "Messages of your own") var messages: MessageOptions
  @OptionGroup(title: "Gates and figures") var gates: GateOptions
  @OptionGroup(title: "RPC beside REST") var hop: HopOptions
  @OptionGroup(title: "Course of the run") var results: ResultOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// Options that contradict each other are found before anything is opened.
  func validate() throws {
    try load.validateTogether(connections)
    try messages.validateTogether(workload: workload)
    try servers.validateTogether(connections, messages, isHop: hop.hop)
    try hop.validateTogether(servers, load, results)
  }

  func run() async throws {
    try await Console.reporting(drive)
  }

  private func drive() async throws {
    let configuration = try runConfiguration()
    if let count = results.dumpRequests {
      return try RequestDump(configuration).write(count) { Console.print($0) }
    }
    let control = RunControl()
    let isQuiet = output.quiet
    let isLive = output.isLive && !isQuiet
    let signals = SignalWatch { signal in
      control.interrupt(signal: signal)
      // A line of another stream would tear the picture, which says so itself.
      if !isLive { Console.warn("rpcload: stopping; a second signal ends it at once") }
    }
    defer { signals.cancel() }
    if hop.hop {
      return try await hop.drive(
        HopRun(
          configuration, streams: connections.streamsOfRPC, pairs: hop.pairsOrDefault,
          logger: Console.logger),
        control: control, seed: workload.seed == nil ? configuration.workload.seed : nil, output)
    }
    let run = try LoadRun(configuration, logger: Console.logger)
    if !isQuiet, workload.seed == nil { Console.print("seed \(configuration.workload.seed)") }
    let result =
      isLive
      ? try await watch(run, configuration, control)
      : try await run.run(control: control) { line in
        if !isQuiet { Console.print("\(line)") }
      }
    let report = Report(result, hasColour: output.hasColour)
    Console.print(report.text)
    for warning in report.warnings { Console.warn("rpcload: \(warning)") }
    try OutputOptions.write([
      (output.json, { ResultDocument(result).text }),
      (output.html, { StoredResult(ResultDocument(result)).html }),
      (results.csv, { result.intervalTable }), (results.hlog, { result.intervalLog }),
    ])
    guard result.exitCode == 0 else { throw ExitCode(result.exitCode) }
  }

  /// Shows the run where somebody looks at it.
  private func watch(
    _ run: LoadRun, _ configuration: RunConfiguration, _ control: RunControl
  ) async throws -> RunResult {
    let display = LiveDisplay(configuration, hasColour: output.hasColour)
    let screen = LiveScreen(display) { control.interruption != nil }
    screen.start()
    defer { screen.finish() }
    return try await run.run(control: control) { screen.add($0) }
  }

  func runConfiguration() throws -> RunConfiguration {
    var configuration = RunConfiguration()
    servers.apply(to: &configuration)
    load.apply(to: &configuration, connections)
    if hop.hop, load.duration == nil {
      configuration.ending = .duration(HopRun.sliceLengthDefault)
    }
    try connections.apply(to: &configuration)
    workload.apply(to: &configuration)
    try messages.apply(to: &configuration)
    gates.apply(to: &configuration)
    results.apply(to: &configuration)
    try configuration.validate()
    return configuration
  }
}
