public import RPC

/// Everything a run is told, checked before the first connection is opened.
public struct RunConfiguration: Equatable, Sendable {
  /// How requests come to be sent.
  public enum Load: Equatable, Sendable {
    /// As many in flight as `concurrency` says: each answer is followed by the next request.
    case closed
    /// By a schedule, whether or not earlier ones have returned.
    case open(RateProfile, Arrivals)

    var stepCount: Int { if case .open(let profile, _) = self { profile.stepCount } else { 1 } }

    public var isOpen: Bool { self != .closed }
  }

  public enum Arrivals: String, CaseIterable, Sendable {
    /// All gaps alike.
    case uniform
    /// Gaps as independent customers leave them.
    case poisson

    public init(parsing text: String) throws(LoadError) {
      guard let arrivals = Arrivals(rawValue: text) else {
        throw LoadError(.invalidValue(value: text, expected: "uniform or poisson"))
      }
      self = arrivals
    }
  }

  /// What ends the sending.
  public enum Ending: Equatable, Sendable {
    case duration(LoadDuration)
    case count(UInt64)
  }

  public var workload = WorkloadSettings()
  public var expectation = Expectation.standard

  public var inventory = TargetAddress(host: "127.0.0.1", port: 50051)
  public var orders = TargetAddress(host: "127.0.0.1", port: 50052)
  /// The server of a raw method.
  public var target: TargetAddress?
  /// How all servers are spoken to; nil is in clear.
  public var tls: LoadTLS?

  /// The JSON edge, where everything goes there instead of to the services.
  public var rest: TargetAddress?
  /// Where the edge tells what its process has used.
  public var edgeAdmin: TargetAddress?

  public var load = Load.closed
  public var pacing = Pacing.hybrid
  /// How late a request may be before it is not sent at all.
  public var shedAfter: LoadDuration?
  /// How long each of several rates is held.
  public var stepLength: LoadDuration?
  /// Event loops that share the connections.
  public var threads = 1
  /// How long an interval of the figures over time is.
  public var interval = LoadDuration.seconds(1)
  /// End as soon as a gate can no longer pass.
  public var abortsOnBreach = false
  /// Histograms of each interval are kept for the interval log.
  public var keepsLog = false
  /// Answers to orders are kept and compared with the services' books after the run.
  public var verifies = false
  /// How long what is pending may take to be settled before the books are compared.
  public var settle = LoadDuration.seconds(30)

  /// Requests in flight in a closed loop, all connections together.
  public var concurrency = 50
  /// Connections to each server.
  public var connections = 1
  /// Requests in flight on one connection at most.
  public var streams = 100
  public var ending = Ending.duration(.seconds(10))
  public var warmUp = LoadDuration.seconds(0)
  public var drain = LoadDuration.seconds(10)

  /// The level that the stock of each SKU is raised to before the run.
  public var preparedStock: Int64?

  /// What goes with each request; the server sees a time limit as `grpc-timeout`.
  public var metadata = Metadata()
  public var timeout: LoadDuration?

  public var percentiles = Percentile.standard
  public var gates: [Gate] = []

  public init() {}

  /// Every default, for whoever names them.
  public static let standard = RunConfiguration()

  /// A connection that takes longer counts as unavailable.
  public static let connectLimit = LoadDuration.seconds(5)
  /// Shorter intervals hold too few requests to have a 99th percentile.
  static let intervalMin = LoadDuration(nanoseconds: 10_000_000)
  /// What an interrupted run still waits for answers.
  static let interruptedDrain = LoadDuration.seconds(1)
  /// Each connection is a file of ours and of the server's; systems allow some 65 thousand.
  public static let connectionsMax = 10_000
  /// The numbers of HTTP/2 streams on one connection run out at 2^30.
  public static let streamsMax = 1_000_000
  /// As much as one item of AdjustStock may add without coming near the end of its type.
  public static let preparedStockMax: Int64 = 1_000_000_000

  /// The servers that requests go to, each once.
  public var servers: [(role: ServerRole, address: TargetAddress)] {
    if let rest { return [(.edge, rest)] }
    var servers: [(role: ServerRole, address: TargetAddress)] = []
    if workload.sends(.checkStock) || preparedStock != nil {
      servers.append((.inventory, inventory))
    }
    let ofOrders: [RequestKind] = [.placeOrder, .getOrder, .listOrders, .cancelOrder]
    if ofOrders.contains(where: workload.sends) { servers.append((.orders, orders)) }
    if workload.sends(.raw), let target { servers.append((.target, target)) }
    return servers
  }

  var arrivals: Arrivals { if case .open(_, let arrivals) = load { arrivals } else { .uniform } }

  /// Answers to orders are read and not only judged.
  var keepsMessages: Bool { verifies || workload.readsOrders }

  /// How long the measured part takes; nil where only a count ends it.
  var length: LoadDuration? {
    if case .open(.steps(let rates), _) = load, let stepLength {
      return LoadDuration(nanoseconds: stepLength.nanoseconds * UInt64(rates.count))
    }
    if case .duration(let length) = ending { return length }
    return nil
  }

  /// How many requests the run will make, where that is known before.
  var expectedCount: UInt64? {
    if load.isOpen { return schedule().count }
    if case .count(let count) = ending { return count }
    return nil
  }

  /// What an open loop offers in its measured part.
  func schedule() -> Schedule {
    guard case .open(let profile, let arrivals) = load else { return Self.nothing }
    var count = UInt64.max
    if case .count(let number) = ending { count = number }
    let gaps: Schedule.Gaps =
      arrivals == .poisson
      ? .poisson(RandomSource(seed: workload.seed, index: Self.gapIndex)) : .uniform
    let length = length ?? LoadDuration(nanoseconds: .max)
    return Schedule(profile, length: length.nanoseconds, count: count, gaps: gaps)
  }

  /// The same load before it, at the rate with which the measured part begins.
  func warmUpSchedule() -> Schedule {
    guard case .open(let profile, _) = load, let rate = profile.first else { return Self.nothing }
    return Schedule(.constant(rate), length: warmUp.nanoseconds)
  }

  private static let nothing = Schedule(.steps([]), length: 0)
  /// No request has this index, so the gaps share their random numbers with none.
  private static let gapIndex = UInt64.max

  public func validate() throws(LoadError) {
    try workload.validate()
    try validateREST()
    try Self.check(
      (1...Self.connectionsMax).contains(connections),
      "--connections \(connections) is not within 1 and \(Self.connectionsMax)")
    try Self.check(
      (1...Self.streamsMax).contains(streams),
      "--streams \(streams) is not within 1 and \(Self.streamsMax)")
    try Self.check(concurrency >= 1, "--concurrency \(concurrency) is below 1")
    try Self.check(
      (1...connections).contains(threads),
      "--threads \(threads) is not within 1 and --connections \(connections)")
    try Self.check(
      interval.nanoseconds >= Self.intervalMin.nanoseconds,
      "--interval \(interval) is below \(Self.intervalMin)")
    try validateLoad()
    let room = connections * streams
    try Self.check(
      load.isOpen || concurrency <= room,
      "--concurrency \(concurrency) is above --connections \(connections) × --streams \(streams),"
        + " which is \(room)")
    switch ending {
    case .count(let count): try Self.check(count >= 1, "--count \(count) is below 1")
    case .duration(let length):
      try Self.check(length.nanoseconds > 0, "--duration \(length) is not above 0")
    }
    if let timeout {
      try Self.check(timeout.nanoseconds > 0, "--timeout \(timeout) is not above 0")
    }
    switch (workload.content, target) {
    case (.method, nil): throw LoadError(.contradiction("--method needs --target"))
    case (.mix, .some): throw LoadError(.contradiction("--target needs --method"))
    case (.method, .some), (.mix, nil): break
    }
    try Self.check(
      !verifies || workload.sends(.placeOrder), "--verify needs a --mix with place-order")
    guard let preparedStock else { return }
    try Self.check(
      (1...Self.preparedStockMax).contains(preparedStock),
      "--stock \(preparedStock) is not within 1 and \(Self.preparedStockMax)")
    try Self.check(!workload.sends(.raw), "--prepare does not go with --method")
  }

  private func validateLoad() throws(LoadError) {
    guard case .open(let profile, _) = load else { return }
    switch (profile, ending, stepLength) {
    case (.ramp, .count, _): throw LoadError(.contradiction("a ramp needs --duration"))
    case (.steps, .count, _): throw LoadError(.contradiction("steps need --step, not --count"))
    case (.steps, _, nil): throw LoadError(.contradiction("steps of --rate need --step"))
    case (.constant, _, .some), (.ramp, _, .some):
      throw LoadError(.contradiction("--step needs a --rate of several steps"))
    default: break
    }
  }

  private static func check(_ holds: Bool, _ sentence: String) throws(LoadError) {
    if !holds { throw LoadError(.contradiction(sentence)) }
  }
}
