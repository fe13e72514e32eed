import ArgumentParser

/// What valgrind looks at: nothing but calls in memory.
struct ExchangeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exchange",
    abstract: "Makes calls in memory, to be counted by valgrind.",
    shouldDisplay: false)

  @Option var calls = 1000

  func run() throws {
    let exchange = try MemoryExchange()
    try exchange.call(calls)
    guard exchange.good == calls else {
      throw BenchFailure("\(calls - exchange.good) of \(calls) calls were not answered OK")
    }
    print(Self.end(calls))
  }

  /// Its last line. Valgrind sums up a run that was broken off too.
  static func end(_ calls: Int) -> String {
    "\(calls) calls answered"
  }
}
