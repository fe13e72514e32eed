import ArgumentParser

/// What proves a figure. Each subcommand measures peers side by side in one run and prints ratios:
/// absolute times of a shared machine mean little.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures Orderly against its peers, in one run, as ratios.",
    subcommands: [
      RPCBenchmark.self, IdleBenchmark.self, BaselineCommand.self, OrdersBenchmark.self,
      LoadBenchmark.self, HealthServer.self, HealthCaller.self, ExchangeCommand.self,
      ShopServer.self, LoadGenerator.self, SleepLateness.self,
    ])
}
