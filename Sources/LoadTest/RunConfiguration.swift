public import RPC

/// Everything a run is told, checked before the first connection is opened.
public struct RunConfiguration: Equatable, Sendable {
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

  /// Requests in flight, all connections together.
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
    var servers: [(role: ServerRole, address: TargetAddress)] = []
    if workload.sends(.checkStock) || preparedStock != nil {
      servers.append((.inventory, inventory))
    }
    if workload.sends(.placeOrder) { servers.append((.orders, orders)) }
    if workload.sends(.raw), let target { servers.append((.target, target)) }
    return servers
  }

  public func validate() throws(LoadError) {
    try workload.validate()
    try Self.check(
      (1...Self.connectionsMax).contains(connections),
      "--connections \(connections) is not within 1 and \(Self.connectionsMax)")
    try Self.check(
      (1...Self.streamsMax).contains(streams),
      "--streams \(streams) is not within 1 and \(Self.streamsMax)")
    try Self.check(concurrency >= 1, "--concurrency \(concurrency) is below 1")
    let room = connections * streams
    try Self.check(
      concurrency <= room,
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
    guard let preparedStock else { return }
    try Self.check(
      (1...Self.preparedStockMax).contains(preparedStock),
      "--stock \(preparedStock) is not within 1 and \(Self.preparedStockMax)")
    try Self.check(!workload.sends(.raw), "--prepare does not go with --method")
  }

  private static func check(_ holds: Bool, _ sentence: String) throws(LoadError) {
    if !holds { throw LoadError(.contradiction(sentence)) }
  }
}
