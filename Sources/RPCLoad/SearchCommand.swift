import ArgumentParser
import LoadTest

/// `rpcload search`: how much the servers can take while they keep their promises.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the highest rate that keeps --slo and --max-error-rate.",
    discussion: """
      Doubles the rate from --min until a step fails, then halves the gap until it is within \
      --precision, and confirms the answer with a run of three steps' length. The last line is \
      the rate.

      Exit codes: 0 found; 3 even --min fails; 4 the generator was the limit first; 64 bad \
      options; 69 a server is not available; 70 an error of the tool itself; 74 a file cannot be \
      written; 130 or 143 interrupted.
      """)

  @Option(
    help: ArgumentHelp("The rate to begin with. (default: 100)", valueName: "rate"),
    transform: LoadRate.init(parsing:))
  var min: LoadRate?

  @Option(
    help: ArgumentHelp("The highest rate to try. (default: 1M)", valueName: "rate"),
    transform: LoadRate.init(parsing:))
  var max: LoadRate?

  @Option(
    help: ArgumentHelp(
      "How long each rate is tried. (default: \(LoadSearch.Range.stepLengthDefault))",
      valueName: "duration"), transform: LoadDuration.init(parsing:))
  var step = LoadSearch.Range.stepLengthDefault

  @Option(
    help: ArgumentHelp(
      """
      How near to the highest rate the answer has to be. \
      (default: \(LoadSearch.Range.precisionDefault))
      """, valueName: "share"), transform: LoadShare.init(parsing:))
  var precision = LoadSearch.Range.precisionDefault

  @OptionGroup(title: "Servers") var servers: ServerOptions
  @OptionGroup(title: "Connections and pace") var connections: ConnectionOptions
  @OptionGroup(title: "Built-in workload") var workload: WorkloadOptions
  @OptionGroup(title: "Messages of your own") var messages: MessageOptions
  @OptionGroup(title: "Promises and figures") var gates: GateOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    try messages.validateTogether(workload: workload)
    try servers.validateTogether(connections, messages)
  }

  func run() async throws {
    try await Console.reporting(seek)
  }

  func search() throws -> LoadSearch {
    var configuration = RunConfiguration()
    servers.apply(to: &configuration)
    try connections.apply(to: &configuration)
    workload.apply(to: &configuration)
    try messages.apply(to: &configuration)
    // Steps overload the services on purpose; what they leave behind is no matter of a search.
    configuration.verifies = workload.verify ?? false
    gates.apply(to: &configuration)
    let range = LoadSearch.Range(
      lowest: try min ?? LoadRate(parsing: "100"), highest: try max ?? LoadRate(parsing: "1M"),
      precision: precision, stepLength: step)
    return try LoadSearch(
      configuration, over: range, arrivals: connections.arrivals ?? .uniform,
      logger: Console.logger)
  }

  private func seek() async throws {
    let search = try search()
    let control = RunControl()
    let signals = SignalWatch { control.interrupt(signal: $0) }
    defer { signals.cancel() }
    let isQuiet = output.quiet
    let outcome = try await search.run(control: control) { step in
      if !isQuiet { Console.print(step.text) }
    }
    Console.print(outcome.text)
    let document = SearchDocument(outcome)
    try OutputOptions.write([
      (output.json, { document.text }), (output.html, { StoredResult(document).html }),
    ])
    guard outcome.exitCode == 0 else { throw ExitCode(outcome.exitCode) }
  }
}
