import ArgumentParser
import Foundation

/// Whether rpcload is an instrument: what it costs beside h2load, and whether it is in time.
struct LoadBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "The load generator's CPU beside h2load's, its punctuality and its honesty.",
    discussion: """
      Needs taskset and h2load (docker/install-packages test), and two cores that nobody else \
      uses: the server has core 0, the client core 1; processor time is user and system as the \
      kernel counts it. h2load judges by :status only, the generator also by every grpc-status. \
      Exits with 3 when a figure is missed.
      """)

  @Option(help: "Pairs of h2load and the generator, and of a slow and a fast rate, by turns.")
  var pairs = 5

  @Option(help: "Requests of each run of a pair.")
  var requests = 500_000

  @Option(help: "Seconds of each run at a rate.")
  var seconds = 5

  @Option(help: "Searches for the highest rate of a server that has one; 0 does without.")
  var searches = 0

  @Option(help: "Millions of orders whose verification is watched; 0 does without.")
  var orders = 0

  @Option(help: "Minutes at 50000/s whose memory is watched; 0 does without.")
  var soak = 0

  func validate() throws {
    guard pairs > 0, requests >= 1000, seconds > 0, min(soak, searches, orders) >= 0 else {
      throw ValidationError(
        "--pairs and --seconds are at least 1, --requests 1000, --soak, --searches and --orders 0")
    }
  }

  func run() async throws {
    let measurements = LoadMeasurements(pairs: pairs, requests: requests, seconds: seconds)
    var verdicts = try measurements.beside()
    verdicts += try measurements.punctuality()
    verdicts += try measurements.honesty()
    verdicts += try measurements.memory()
    if searches > 0 { verdicts += try measurements.searches(searches) }
    if orders > 0 { verdicts += try measurements.verification(ofMillions: orders) }
    if soak > 0 { verdicts += try measurements.soak(minutes: soak) }
    print("")
    for verdict in verdicts { print(verdict) }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    if cores < LoadMeasurements.coresForThreads {
      print("two threads beside one: not measured, it takes 4 cores and here are \(cores)")
    }
    guard verdicts.allSatisfy(\.isMet) else { throw ExitCode(3) }
  }
}
