import ArgumentParser
import LoadTest

/// What the JSON edge adds to an RPC.
struct HopOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      """
      Sends the workload over RPC and through --rest by turns, --pairs slices each, at the same \
      --rate, and tells the difference.
      """))
  var hop = false

  @Option(
    help: ArgumentHelp(
      "How many slices of --hop there are of each kind. (default: \(HopRun.pairsDefault))",
      valueName: "count"))
  var pairs: Int?

  var pairsOrDefault: Int { pairs ?? HopRun.pairsDefault }

  func validateTogether(
    _ servers: ServerOptions, _ load: LoadOptions, _ results: ResultOptions
  ) throws {
    guard hop else {
      if pairs != nil { throw ValidationError("--pairs needs --hop") }
      return
    }
    if servers.rest == nil { throw ValidationError("--hop needs --rest") }
    if load.rate == nil { throw ValidationError("--hop needs --rate") }
    let foreign = [
      load.count.map { _ in "--count" }, load.step.map { _ in "--step" },
      results.csv.map { _ in "--csv" }, results.hlog.map { _ in "--hlog" },
      results.abortOnBreach ? "--abort-on-breach" : nil,
    ].compactMap { $0 }
    if let option = foreign.first {
      throw ValidationError("--hop and \(option) exclude each other")
    }
  }

  /// - Parameter seed: to be printed, where it was drawn.
  func drive(
    _ run: HopRun, control: RunControl, seed: UInt64?, _ output: OutputOptions
  ) async throws {
    let isQuiet = output.quiet
    if !isQuiet, let seed { Console.print("seed \(seed)") }
    let result = try await run.run(control: control) { slice in
      if !isQuiet { Console.print(slice.text) }
    }
    Console.print(HopReport(result, hasColour: output.hasColour).text)
    let document = HopDocument(result)
    try OutputOptions.write([
      (output.json, { document.text }), (output.html, { StoredResult(document).html }),
    ])
    guard result.exitCode == 0 else { throw ExitCode(result.exitCode) }
  }
}
