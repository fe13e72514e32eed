import Foundation
import LoadTest

/// The parts of `LoadBenchmark`; each starts the server that it needs.
struct LoadMeasurements {
  let pairs: Int
  let requests: Int
  let seconds: Int

  static let serverCore = 0
  static let clientCore = 1
  static let coresForThreads = 4

  // MARK: Cost

  /// h2load and the generator by turns against one server, then what the statistics take of it.
  func beside() throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, [])
    defer { server.stop() }
    print("closed loop, 10 connections × 10 streams, \(requests) requests of 9 bytes")
    print("pair  h2load/s of CPU  generator/s of CPU  ratio   h2load/s  generator/s")
    var ratios: [Double] = []
    var rates: [Double] = []
    for pair in 0...pairs {
      let peer = try H2loadRun(core: Self.clientCore, port: server.port, requests: requests)
      let own = try GeneratorRun(
        core: Self.clientCore, port: server.port, ["--count", "\(requests)"])
      try requireAllRight(own)
      guard pair > 0 else { continue }  // The first warms the server up.
      let rate = own.completed / own.processorSeconds
      let peerRate = Double(requests) / peer.processorSeconds
      ratios.append(rate / peerRate)
      rates.append(rate)
      print(
        String(
          format: "%4d  %15.0f  %18.0f  %5.2f  %9.0f  %11.0f", pair, peerRate, rate,
          rate / peerRate, peer.rate, own.rate))
    }
    let nanosecondsPerRequest = 1e9 / Self.median(rates)
    return [
      Verdict("requests per client CPU ÷ h2load's", Self.median(ratios), .atLeast(0.6)),
      Verdict("requests per client CPU second ÷ 1000", Self.median(rates) / 1000, .atLeast(174)),
      try recording(), try statistics(of: nanosecondsPerRequest),
    ]
  }

  /// What it takes to record one request, with both latencies and all five parts.
  private func recording() throws -> Verdict {
    let count: UInt64 = 5_000_000
    let cost = Self.processorNanoseconds { Rehearsal.record(count, isOpen: true) == count }
    return Verdict("ns to record a request", cost / Double(count), .atMost(100))
  }

  /// Recording, adding intervals up and the JSON, as long as a run of the pairs and as a share of
  /// what a request takes in all.
  private func statistics(of nanosecondsPerRequest: Double) throws -> Verdict {
    let count = UInt64(requests)
    let intervals = max(1, Int(Double(requests) * nanosecondsPerRequest / 1e9))
    let cost = try Self.processorNanoseconds {
      try Rehearsal.account(for: count, intervals: intervals) > 0
    }
    return Verdict(
      "statistics, % of a request", cost / Double(count) / nanosecondsPerRequest * 100, .atMost(5))
  }

  private static func processorNanoseconds(_ work: () throws -> Bool) rethrows -> Double {
    let begin = clock()
    let isDone = try work()
    return isDone ? Double(clock() - begin) * 1e9 / Double(CLOCKS_PER_SEC) : .infinity
  }

  // MARK: Punctuality

  func punctuality() throws -> [Verdict] {
    // What the machine itself makes of a wish to be woken, without which no lag can be judged.
    let lateness = try SleepLateness.measured(on: Self.clientCore)
    print("a thread that only sleeps until each 100 us: \(lateness)")
    let server = try BenchServer(core: Self.serverCore, [])
    defer { server.stop() }
    var slow: [GeneratorRun] = []
    var fast: [GeneratorRun] = []
    for _ in 0..<pairs {
      slow.append(try open(server, rate: "10k"))
      fast.append(try open(server, rate: "100k"))
    }
    // A machine that others use stands still for milliseconds now and then: the median of several
    // runs is what the generator does, the longest lag of one is the machine's.
    func lag(_ runs: [GeneratorRun]) throws -> Double {
      Self.median(try runs.map { try $0.part("schedule_lag", 99) / 1000 })
    }
    func worst(_ runs: [GeneratorRun]) -> Double { (runs.map(\.errorRate).max() ?? 1) * 100 }
    var verdicts = [
      // Two requests 100 us apart leave within 20 us of one another only where the first was late
      // by more than 80 us: a p99 of lag below that means that fewer than 1 % do.
      Verdict("p99 lag at 10k/s, us", try lag(slow), .atMost(80)),
      Verdict("p99 lag at 100k/s, us", try lag(fast), .atMost(200)),
      Verdict("not OK at 10k/s, %", worst(slow), .atMost(0)),
      Verdict("not OK at 100k/s, %", worst(fast), .atMost(0)),
    ]
    let cores = ProcessInfo.processInfo.activeProcessorCount
    if cores >= Self.coresForThreads { verdicts.append(try threads()) }
    return verdicts
  }

  private func open(_ server: BenchServer, rate: String) throws -> GeneratorRun {
    let run = try GeneratorRun(
      core: Self.clientCore, port: server.port, ["--rate", rate, "--duration", "\(seconds)s"])
    print(
      String(
        format: "\(rate)/s: %.0f/s achieved, lag p50 %.1f us, p99 %.1f us, p99.9 %.1f us", run.rate,
        try run.part("schedule_lag", 50) / 1000, try run.part("schedule_lag", 99) / 1000,
        try run.part("schedule_lag", 99.9) / 1000))
    return run
  }

  /// One thread and two, each with a core of its own, against a server with two cores.
  private func threads() throws -> Verdict {
    let server = try BenchServer(cores: "0,1", ["--loops", "2"])
    defer { server.stop() }
    func rate(_ cores: String, _ threads: String) throws -> Double {
      let run = try GeneratorRun(
        cores: cores, port: server.port,
        ["--duration", "\(seconds)s", "--threads", threads, "--connections", "10"])
      try requireAllRight(run)
      return run.rate
    }
    let one = try rate("2", "1")
    let two = try rate("2,3", "2")
    print(String(format: "one thread %.0f/s, two threads %.0f/s", one, two))
    return Verdict("two threads ÷ one", two / one, .atLeast(1.8))
  }

  // MARK: Honesty

  /// Against servers that are slow in a known way, and on a core that is not free.
  func honesty() throws -> [Verdict] {
    try delayed() + frozen() + hindered()
  }

  private func delayed() throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, ["--delay", "5000"])
    defer { server.stop() }
    let run = try GeneratorRun(
      core: Self.clientCore, port: server.port, ["--rate", "500", "--duration", "\(seconds)s"])
    try requireAllRight(run)
    return try ["from_schedule", "from_send"].flatMap { clock in
      let p50 = try run.latency(clock, 50) / 1e6
      let name = "5 ms of delay, p50 \(clock.replacing("_", with: " "))"
      return [Verdict(name, p50, .atLeast(5)), Verdict(name, p50, .atMost(5.2))]
    }
  }

  private func frozen() throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, ["--freeze-after", "5"])
    defer { server.stop() }
    let run = try GeneratorRun(
      core: Self.clientCore, port: server.port,
      ["--rate", "1k", "--duration", "10s", "--connections", "1", "--streams", "10"])
    try requireAllRight(run)
    let schedule = try run.latency("from_schedule", 95) / 1e6
    return [
      Verdict("1 s frozen, p95 from schedule, ms", schedule, .atLeast(400)),
      Verdict("1 s frozen, p95 from schedule, ms", schedule, .atMost(600)),
      Verdict("1 s frozen, p95 from send, ms", try run.latency("from_send", 95) / 1e6, .atMost(10)),
    ]
  }

  private func hindered() throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, [])
    defer { server.stop() }
    let free = try GeneratorRun(
      core: Self.clientCore, port: server.port, ["--rate", "1k", "--duration", "\(seconds)s"])
    let hog = try PinnedProcess(core: Self.clientCore, ["sh", "-c", "while :; do :; done"])
    defer { hog.stop() }
    let hindered = try GeneratorRun(
      core: Self.clientCore, port: server.port, ["--rate", "200k", "--duration", "\(seconds)s"])
    print("200k/s beside a busy process: \(hindered.reasons.joined(separator: "; "))")
    if !free.isCertified { print("1k/s: \(free.reasons.joined(separator: "; "))") }
    return [
      Verdict("certified at 1k/s", free.isCertified ? 1 : 0, .atLeast(1)),
      Verdict("certified at 200k/s beside a hog", hindered.isCertified ? 1 : 0, .atMost(0)),
    ]
  }

  // MARK: Memory

  func memory() throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, [])
    defer { server.stop() }
    func peak(_ connections: Int) throws -> Int {
      let run = try GeneratorRun(
        core: Self.clientCore, port: server.port,
        [
          "--duration", "\(seconds)s", "--connections", "\(connections)", "--streams", "1",
          "--concurrency", "\(connections)",
        ])
      try requireAllRight(run)
      return run.peakKibibytes
    }
    let few = try peak(10)
    let many = try peak(1010)
    print("most memory: \(few / 1024) MiB with 10 connections, \(many / 1024) MiB with 1010")
    return [Verdict("KiB per connection", Double(many - few) / 1000, .atMost(50))]
  }

  /// Many orders, and then all of them out of the books again, beside a few.
  func verification(ofMillions millions: Int) throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, ["--books"])
    defer { server.stop() }
    func megabytes(_ count: Int) throws -> (peak: Double, violations: Double) {
      let run = try GeneratorRun(
        core: Self.clientCore, port: server.port, ["--orders", "--verify", "--count", "\(count)"])
      try requireAllRight(run)
      guard let found = run.verified, found.orders == Double(count) else {
        throw BenchFailure("of \(count) orders \(run.verified?.orders ?? 0) were verified")
      }
      return (Double(run.peakKibibytes) * 1024 / 1e6, found.violations)
    }
    let few = try megabytes(1_000)
    let many = try megabytes(millions * 1_000_000)
    print(
      String(
        format: "most memory: %.0f MB with 1000 orders to verify, %.0f MB with %d million",
        few.peak, many.peak, millions))
    return [
      Verdict("violations of an honest shop", many.violations, .atMost(0)),
      Verdict("MB to verify \(millions) million orders", many.peak - few.peak, .atMost(200)),
    ]
  }

  func soak(minutes: Int) throws -> [Verdict] {
    let server = try BenchServer(core: Self.serverCore, [])
    defer { server.stop() }
    let command = [CommandLine.arguments[0], "generate", "--target", "127.0.0.1:\(server.port)"]
    let generator = try PinnedProcess(
      core: Self.clientCore, command + ["--rate", "50k", "--duration", "\(minutes + 1)m"])
    defer { generator.stop() }
    sleep(60)
    let early = try generator.residentBytes()
    sleep(UInt32(60 * minutes) - 30)
    let late = try generator.residentBytes()
    print("50k/s: \(early >> 20) MiB after 1 min, \(late >> 20) MiB after \(minutes)")
    return [Verdict("memory at the end ÷ after 1 min", Double(late) / Double(early), .atMost(1.05))]
  }

  private func requireAllRight(_ run: GeneratorRun) throws {
    guard run.completed > 0, run.errorRate == 0 else {
      throw BenchFailure("\(run.errorRate * 100) % of \(run.completed) answers were not OK")
    }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
