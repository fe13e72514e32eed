internal import Foundation

/// One run from the first connection to the result.
public struct LoadRun: Sendable {
  private let configuration: RunConfiguration
  private let requests: RequestSource
  private let connector: any LoadConnector

  /// Refuses a configuration that contradicts itself before anything is opened.
  public init(_ configuration: RunConfiguration, connector: any LoadConnector) throws(LoadError) {
    try configuration.validate()
    self.configuration = configuration
    self.connector = connector
    requests = RequestSource(try Workload(configuration.workload))
  }

  /// Connects, prepares the stock if asked to, drives the load and evaluates the gates.
  /// - Parameters:
  ///   - control: stops the run early.
  ///   - progress: gets a line once a second, from no particular thread.
  public func run(
    control: RunControl, progress: @escaping @Sendable (ProgressLine) -> Void
  ) async throws(LoadError) -> RunResult {
    let startTime = Date().formatted(.iso8601)
    let connectBegin = MonotonicClock.nanoseconds()
    let lanes = try await connect()
    let connectNanoseconds = MonotonicClock.nanoseconds() - connectBegin
    do {
      try await prepare(lanes)
    } catch {
      for lane in lanes { await lane.close() }
      throw error
    }
    let loop = ClosedLoop(
      configuration: configuration, requests: requests, lanes: lanes, control: control,
      progress: progress)
    let summary = Summary(await loop.run())
    for lane in lanes { await lane.close() }
    let interruption = control.interruption
    return RunResult(
      configuration: configuration, summary: summary,
      gates: interruption == nil ? configuration.gates.map { GateResult($0, summary) } : [],
      interruption: interruption, startTime: startTime,
      connectionsOpened: configuration.connections * configuration.servers.count,
      connectNanoseconds: connectNanoseconds, host: .current())
  }

  /// Opens every connection; when one fails, closes those already open.
  private func connect() async throws(LoadError) -> [ConnectionLane] {
    var lanes: [ConnectionLane] = []
    do {
      for _ in 0..<configuration.connections {
        lanes.append(ConnectionLane())
        for (role, address) in configuration.servers {
          lanes[lanes.count - 1][role] = try await connector.connect(to: address)
        }
      }
    } catch {
      for lane in lanes { await lane.close() }
      throw error
    }
    return lanes
  }

  private func prepare(_ lanes: [ConnectionLane]) async throws(LoadError) {
    guard let level = configuration.preparedStock, let connection = lanes.first?[.inventory] else {
      return
    }
    let preparation = StockPreparation(
      level: level, workload: requests.workload, address: configuration.inventory)
    try await preparation.run(over: connection)
  }
}
