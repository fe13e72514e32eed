internal import Contracts
internal import Foundation
public import Logging
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Transport

/// One run from the first connection to the result.
public struct LoadRun: Sendable {
  private let configuration: RunConfiguration
  private let requests: RequestSource
  private let connector: any LoadConnector
  private let credentials: TLSCredentials?
  private let logger: Logger

  /// Refuses a configuration that contradicts itself before anything is opened.
  public init(_ configuration: RunConfiguration, logger: Logger) throws(LoadError) {
    try configuration.validate()
    let requests = RequestSource(
      try Workload(configuration.workload), overREST: configuration.rest != nil)
    var credentials: TLSCredentials?
    if let tls = configuration.tls { credentials = try tls.credentials(logger) }
    let connector: any LoadConnector =
      configuration.rest == nil
      ? LinkConnector(
        configuration: configuration, requests: requests, credentials: credentials)
      : RESTConnector(configuration: configuration)
    self.init(
      configuration, requests, connector: connector, credentials: credentials, logger: logger)
  }

  init(
    _ configuration: RunConfiguration, _ requests: RequestSource, connector: any LoadConnector,
    credentials: TLSCredentials? = nil, logger: Logger
  ) {
    self.credentials = credentials
    self.configuration = configuration
    self.requests = requests
    self.connector = connector
    self.logger = logger
  }

  /// Connects, prepares the stock if asked to, drives the load and evaluates the gates.
  /// - Parameters:
  ///   - control: stops the run early.
  ///   - progress: gets a line once an interval, from no particular thread.
  public func run(
    control: RunControl, progress: @escaping @Sendable (ProgressLine) -> Void
  ) async throws(LoadError) -> RunResult {
    let startTime = Date()
    let books = configuration.verifies || configuration.preparedStock != nil ? shop() : nil
    let outcome: Result<RunResult, LoadError>
    do throws(LoadError) {
      outcome = .success(
        try await run(startTime, books, control: control, progress: progress))
    } catch {
      outcome = .failure(error)
    }
    await books?.close()
    return try outcome.get()
  }

  private func run(
    _ startTime: Date, _ books: ShopClients?, control: RunControl,
    progress: @escaping @Sendable (ProgressLine) -> Void
  ) async throws(LoadError) -> RunResult {
    if let books { try await prepare(books) }
    let verification = configuration.verifies ? books?.verification(requests.workload) : nil
    let baseline = try await self.baseline(verification)
    let edge = configuration.edgeAdmin.map(EdgeAdmin.init(address:))
    let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
    let crew = WorkerCrew(configuration, requests: requests, group: group)
    let connectBegin = MonotonicClock.nanoseconds()
    let outcome: Result<RunRecord, LoadError>
    var connectNanoseconds: UInt64 = 0
    var breach: Gate?
    var driveTime = startTime
    var edgeCost = EdgeCost.notAsked
    do throws(LoadError) {
      try await crew.connect(connector)
      connectNanoseconds = MonotonicClock.nanoseconds() - connectBegin
      let edgeBegin = try await edge?.processorSeconds()
      driveTime = Date()
      let drive = await crew.drive(control: control, progress: progress)
      breach = drive.breach
      if let edge, let edgeBegin {
        edgeCost = await Self.cost(of: edge, since: edgeBegin, Summary(drive.record))
      }
      outcome = .success(drive.record)
    } catch {
      outcome = .failure(error)
    }
    let answers = await crew.answers()
    await crew.close()
    try? await group.shutdownGracefully()
    let record = try outcome.get()
    let summary = Summary(record)
    let interruption = control.interruption
    var verified = Verification.notAsked
    if let verification, let baseline, interruption == nil {
      verified = await verify(verification, answers, since: baseline)
    }
    return RunResult(
      configuration: configuration, summary: summary,
      steps: StepLine.lines(configuration, record),
      gates: interruption == nil ? configuration.gates.map { GateResult($0, summary) } : [],
      selfCheck: SelfCheck(summary), interruption: interruption, breach: breach,
      startTime: startTime.formatted(.iso8601),
      connectionsOpened: configuration.connections * configuration.servers.count,
      connectNanoseconds: connectNanoseconds, host: .current(), log: record.log,
      startSeconds: driveTime.timeIntervalSince1970, verification: verified, edgeCost: edgeCost)
  }

  /// A load is not lost because the edge cannot tell at its end what it cost.
  private static func cost(
    of edge: EdgeAdmin, since begin: Double, _ summary: Summary
  ) async -> EdgeCost {
    do throws(LoadError) {
      let end = try await edge.processorSeconds()
      return EdgeCost(from: begin, to: end, requests: summary.completed + summary.warmUps)
    } catch {
      return .impossible("\(error)")
    }
  }

  // MARK: Before and after

  private func shop() -> ShopClients {
    ShopClients(configuration, credentials: credentials, logger: logger)
  }

  private func prepare(_ books: ShopClients) async throws(LoadError) {
    guard let level = configuration.preparedStock else { return }
    let preparation = StockPreparation(
      level: level, workload: requests.workload, address: configuration.inventory)
    try await preparation.run(over: books.inventory)
  }

  private func baseline(
    _ verification: OrderVerification<RemoteInventory, RemoteOrders>?
  ) async throws(LoadError) -> StockBook? {
    guard let verification else { return nil }
    do throws(RPCError) {
      return try await verification.baseline()
    } catch {
      throw LoadError(
        .verificationImpossible(
          address: "\(configuration.inventory)", cause: ShopClients.cause(error)))
    }
  }

  private func verify(
    _ verification: OrderVerification<RemoteInventory, RemoteOrders>, _ answers: [AnswerLog],
    since baseline: StockBook
  ) async -> Verification {
    do throws(RPCError) {
      return .done(
        try await verification.verify(
          answers, since: baseline, settle: .nanoseconds(configuration.settle.nanoseconds)))
    } catch {
      return .impossible(ShopClients.cause(error))
    }
  }
}
