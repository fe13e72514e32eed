import ArgumentParser
import LoadTest
import RPC
import Testing

@testable import RPCLoad

@Suite struct RunCommandTests {
  private func configuration(_ arguments: String...) throws -> RunConfiguration {
    let command = try LoadProgram.parseAsRoot(arguments)
    return try #require(command as? RunCommand).runConfiguration()
  }

  private func exitCode(_ arguments: [String]) -> Int32? {
    do {
      _ = try (LoadProgram.parseAsRoot(arguments) as? RunCommand)?.runConfiguration()
      return nil
    } catch let error as LoadError {
      return error.exitCode
    } catch {
      return LoadProgram.exitCode(for: error).rawValue
    }
  }

  @Test func `run is the default command and its defaults are the documented ones`() throws {
    let configuration = try configuration()
    #expect(configuration.concurrency == 50)
    #expect(configuration.connections == 1)
    #expect(configuration.streams == 100)
    #expect(configuration.ending == .duration(.seconds(10)))
    #expect(configuration.drain == .seconds(10))
    #expect(configuration.warmUp == .seconds(0))
    #expect(configuration.orders.description == "127.0.0.1:50052")
    #expect(configuration.inventory.description == "127.0.0.1:50051")
    #expect(configuration.workload.content == .mix(.standard))
    #expect(configuration.workload.skus == 10_000)
    #expect(configuration.workload.zipfExponent == 1.1)
    #expect(configuration.preparedStock == nil)
    #expect(configuration.gates.isEmpty)
  }

  @Test func `without a seed each run draws one, and it can be given again`() throws {
    let one = try configuration().workload.seed
    let other = try configuration().workload.seed
    #expect(one != other)
    #expect(one <= WorkloadSettings.seedMax)
    #expect(try configuration("--seed", "\(one)").workload.seed == one)
  }

  @Test func `options reach the configuration`() throws {
    let configuration = try configuration(
      "run", "--concurrency", "8", "--connections", "2", "--count", "77", "--warmup", "5s",
      "--drain", "1s", "--slo", "p99=5ms", "--slo", "max=1s", "--max-error-rate", "1%",
      "--min-rate", "1k", "--expect", "OK,NOT_FOUND", "--percentiles", "50,99", "--skus", "7",
      "--zipf", "0", "--lines", "2-4", "--quantity", "5", "--repeat-sku", "--timeout", "1s",
      "--metadata", "x-a:b", "--prepare", "--stock", "9", "--mix", "place-order=1")
    #expect(configuration.ending == .count(77))
    #expect(configuration.warmUp == .seconds(5))
    #expect(
      configuration.gates.map(\.description) == [
        "p99 <= 5ms", "max <= 1s", "error rate <= 1%", "rate >= 1000/s",
      ])
    #expect(configuration.expectation.list(for: .raw) == ["NOT_FOUND", "OK"])
    #expect(configuration.percentiles.map(\.description) == ["50", "99"])
    #expect(configuration.workload.lines == NumberRange(2...4))
    #expect(configuration.workload.quantity == NumberRange(5...5))
    #expect(configuration.workload.repeatsSKU)
    #expect(configuration.timeout == .seconds(1))
    #expect(configuration.metadata.values("x-a") == ["b"])
    #expect(configuration.preparedStock == 9)
  }

  @Test func `an open loop takes its schedule from the command line`() throws {
    let ramp = try configuration("--rate", "1k:2k", "--arrivals", "poisson", "--pacing", "sleep")
    #expect(try ramp.load == .open(RateProfile(parsing: "1k:2k"), .poisson))
    #expect(ramp.pacing == .sleep)
    let steps = try configuration(
      "--rate", "1k,2k,3k", "--step", "5s", "--shed-after", "1s", "--threads", "2",
      "--connections", "2", "--interval", "100ms", "--abort-on-breach")
    #expect(steps.stepLength == .seconds(5))
    #expect(steps.shedAfter == .seconds(1))
    #expect(steps.threads == 2)
    #expect(steps.interval == LoadDuration(nanoseconds: 100_000_000))
    #expect(steps.abortsOnBreach)
  }

  @Test func `through the edge each request in flight has a connection`() throws {
    let closed = try configuration("--rest", "http://127.0.0.1:8080")
    #expect(closed.rest == TargetAddress(host: "127.0.0.1", port: 8080))
    #expect(closed.connections == 50 && closed.streams == 1 && closed.concurrency == 50)
    let few = try configuration("--rest", "http://edge", "--concurrency", "7")
    #expect(few.connections == 7 && few.rest?.port == 80)
    let open = try configuration(
      "--rest", "http://edge", "--rate", "1k", "--connections", "9", "--edge-admin", "h:9903")
    #expect(open.connections == 9 && open.streams == 1)
    #expect(open.edgeAdmin == TargetAddress(host: "h", port: 9903))
  }

  @Test func `a hop has slices of five seconds unless told otherwise`() throws {
    let hop = ["--rest", "http://edge", "--hop", "--rate", "1k"]
    func command(_ more: String...) throws -> RunCommand {
      try #require(LoadProgram.parseAsRoot(hop + more) as? RunCommand)
    }
    let plain = try command()
    #expect(try plain.runConfiguration().ending == .duration(.seconds(5)))
    #expect(plain.hop.pairsOrDefault == 5)
    let own = try command("--pairs", "8", "--duration", "20s", "--streams", "3")
    #expect(try own.runConfiguration().ending == .duration(.seconds(20)))
    #expect(try own.runConfiguration().streams == 1)
    #expect(own.hop.pairsOrDefault == 8 && own.connections.streamsOfRPC == 3)
  }

  @Test func `a search goes through the edge too`() throws {
    let arguments = ["search", "--slo", "p99=5ms", "--rest", "http://edge:1"]
    let command = try #require(LoadProgram.parseAsRoot(arguments) as? SearchCommand)
    _ = try command.search()
    let both = ["search", "--slo", "p99=5ms", "--rest", "http://edge:1", "--streams", "2"]
    #expect(throws: (any Error).self) { try LoadProgram.parseAsRoot(both) }
  }

  @Test func `TLS takes its files from the command line`() throws {
    #expect(try configuration("--count", "1").tls == nil)
    #expect(try configuration("--tls").tls == LoadTLS())
    let tls = try configuration(
      "--tls", "--ca", "a", "--cert", "c", "--key", "k", "--server-name", "n"
    ).tls
    #expect(tls?.authority == "a")
    #expect(tls?.certificate == "c")
    #expect(tls?.key == "k")
    #expect(tls?.serverName == "n")
  }

  @Test func `a method takes its message from the command line`() throws {
    let configuration = try configuration(
      "--method", "orders.v1.Orders/GetOrder", "--body-hex", "0a01", "--target", "h:1")
    let method = try RawMethod(parsing: "orders.v1.Orders/GetOrder", bodies: [[0x0A, 1]])
    #expect(configuration.workload.content == .method(method))
    #expect(configuration.target == TargetAddress(host: "h", port: 1))
  }

  @Test(arguments: [
    ["--duration", "5"], ["--duration", "5s", "--count", "5"], ["--concurrency", "101"],
    ["--concurrency", "x"], ["--zipf", "-1"], ["--mix", "buy=1"], ["--nonsense"], ["walk"],
    ["--method", "a/b"], ["--target", "h:1"], ["--body-hex", "00"], ["--ca", "a"],
    ["--server-name", "a"], ["--tls", "--cert", "a"], ["--tls", "--key", "a"],
    ["--method", "a/b", "--target", "h:1", "--mix", "check-stock=1"],
    ["--method", "a/b", "--target", "h:1", "--body-hex", "0"],
    ["--method", "a/b", "--target", "h:1", "--body-hex", "00", "--body-file", "/x"],
    ["--method", "a/b", "--target", "h:1", "--body-file", "/nowhere/at/all"],
    ["--slo", "p99"], ["--max-error-rate", "2"], ["--min-rate", "5ms"], ["--orders", "h"],
    ["--rate", "1k", "--concurrency", "5"], ["--rate", "0"], ["--rate", "1k:"], ["--rate", "1,2"],
    ["--rate", "1k", "--step", "1s"], ["--step", "1s"], ["--arrivals", "poisson"],
    ["--rate", "1k", "--arrivals", "pareto"], ["--pacing", "sleep"], ["--shed-after", "1s"],
    ["--rate", "1k:2k", "--count", "5"], ["--rate", "1,2", "--step", "1s", "--duration", "1s"],
    ["--threads", "2"], ["--threads", "0"], ["--interval", "1ms"], ["--metadata", "grpc-x:1"],
    ["--seed", "9007199254740992"], ["--expect", "ok"], ["extra"],
    ["--rest", "edge:8080"], ["--rest", "https://edge"], ["--rest", "http://edge/v1"],
    ["--rest", "http://e", "--streams", "1"], ["--edge-admin", "h:1"],
    ["--rest", "http://e", "--method", "a/b", "--target", "h:1"], ["--hop", "--rate", "1k"],
    ["--rest", "http://e", "--concurrency", "5", "--connections", "4"],
    ["--rest", "http://e", "--metadata", "idempotency-key:k"], ["--pairs", "3"],
    ["--rest", "http://e", "--hop"], ["--rest", "http://e", "--pairs", "2"],
    ["--rest", "http://e", "--hop", "--rate", "1k", "--count", "5"],
    ["--rest", "http://e", "--hop", "--rate", "1k,2k", "--step", "1s"],
    ["--rest", "http://e", "--hop", "--rate", "1k", "--csv", "x"],
    ["--rest", "http://e", "--hop", "--rate", "1k", "--hlog", "x"],
    ["--rest", "http://e", "--hop", "--rate", "1k", "--abort-on-breach"],
  ])
  func `a bad option is exit 64`(arguments: [String]) {
    #expect(exitCode(arguments) == 64)
  }

  @Test func `an invalid value names its option`() {
    for (option, value, form) in [
      ("--warmup", "5", "a duration"), ("--rest", "https://edge", "http://host"),
    ] {
      let arguments = [option, value]
      let error = #expect(throws: (any Error).self) { try LoadProgram.parseAsRoot(arguments) }
      let message = error.map { LoadProgram.fullMessage(for: $0) } ?? ""
      #expect(message.contains(option))
      #expect(message.contains("'\(value)' is not \(form)"))
    }
  }

  @Test func `help names every option with its default`() throws {
    let help = LoadProgram.helpMessage(for: RunCommand.self, columns: 100)
    // An entry begins with its name and goes on in the lines that stand further in.
    var entries: [String] = []
    for line in help.split(separator: "\n") {
      if line.hasPrefix("  -") {
        entries.append(String(line))
      } else if line.hasPrefix("   "), let last = entries.popLast() {
        entries.append(last + " " + line.drop { $0 == " " })
      }
    }
    #expect(entries.count >= 35)
    let flags = [
      "--repeat-sku", "--prepare", "--quiet", "--plain", "--abort-on-breach", "--hop",
      "--version", "--help", "--tls",
    ]
    for entry in entries where !flags.contains(where: { entry.contains(" \($0) ") }) {
      #expect(entry.contains("(default: "), "\(entry)")
    }
    for text in [
      "127.0.0.1:50051", "127.0.0.1:50052", "(default: 50, without --rate)", "(default: 10s", "1-3",
    ] {
      #expect(help.contains(text))
    }
  }
}
