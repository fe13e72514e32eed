import Foundation

extension LoadMeasurements {
  /// What the searched server takes; more than that makes its answers later and later.
  private static let rateMax = 20_000

  /// Whether `rpcload search` finds the rate of a server that has one.
  func searches(_ count: Int) throws -> [Verdict] {
    let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "rpcload").path(percentEncoded: false)
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw BenchFailure("rpcload is not built (swift build -c release)")
    }
    let server = try BenchServer(core: Self.serverCore, ["--rate-max", "\(Self.rateMax)"])
    defer { server.stop() }
    let most = Double(Self.rateMax)
    var found: [Double] = []
    for number in 1...count {
      let search = try PinnedProcess(
        core: Self.clientCore,
        [
          program, "search", "--method", "grpc.health.v1.Health/Check", "--body-hex", "0a026162",
          "--target", "127.0.0.1:\(server.port)", "--connections", "10", "--slo", "p99=10ms",
          "--max-error-rate", "0.1%", "--min", "1k", "--max", "500k", "--step", "2s",
        ])
      let lines = try search.wholeOutput().split(separator: "\n")
      let last = lines.last.map(String.init) ?? "nothing"
      print("search \(number): \(last)")
      found.append(Double(last) ?? 0)
    }
    return [
      Verdict("least rate found ÷ the server's", (found.min() ?? 0) / most, .atLeast(0.98)),
      Verdict("most rate found ÷ the server's", (found.max() ?? 0) / most, .atMost(1)),
    ]
  }
}
