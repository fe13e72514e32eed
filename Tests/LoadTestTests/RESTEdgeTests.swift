import Contracts
import Edge
import Logging
import Testing
import Transport

@testable import LoadTest

/// The workload through the real edge, before services in memory.
@Suite struct RESTEdgeTests {
  /// A run against a shop of its own, over RPC or through an edge before it.
  private static func run(
    _ shop: StubShop, overREST isREST: Bool,
    _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) async throws -> RunResult {
    try await withShop(shop) { configuration in
      if !isREST { configuration.rest = nil }
      try change(&configuration)
      return try await LoadRun(configuration, logger: Logger(label: "test"))
        .run(control: RunControl()) { _ in }
    }
  }

  static func withShop<Result>(
    _ shop: StubShop, _ body: (inout RunConfiguration) async throws -> Result
  ) async throws -> Result {
    let (server, port) = try await shop.serve()
    var settings = EdgeSettings()
    settings.port = 0
    let edge = EdgeServer(
      settings: settings, orders: shop, inventory: shop, logger: Logger(label: "edge"))
    let edgePort = try await edge.start()
    var configuration = RunConfiguration()
    configuration.inventory = TargetAddress(host: "127.0.0.1", port: port)
    configuration.orders = configuration.inventory
    configuration.rest = TargetAddress(host: "127.0.0.1", port: edgePort)
    configuration.streams = 1
    configuration.concurrency = 1
    configuration.workload.seed = 5
    configuration.workload.skus = 20
    configuration.ending = .count(400)
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body(&configuration))
    } catch {
      result = .failure(error)
    }
    await edge.shutdown(within: .seconds(5))
    await server.shutdown(within: .seconds(5))
    return try result.get()
  }

  private func counts(_ result: RunResult) -> [String] {
    result.summary.outcomes.flatMap { line in
      line.kinds.map { "\(line.outcome) \($0.kind.rawValue) \($0.count)" }
    } + result.summary.reasons.map { "\($0.outcome)/\($0.reason) \($0.count)" }
  }

  @Test func `the same workload has the same outcomes over REST as over RPC`() async throws {
    // One request at a time, so that each meets the same stock both times.
    func change(_ configuration: inout RunConfiguration) throws {
      configuration.workload.content = .mix(
        try RequestMix(
          parsing: "check-stock=20,place-order=40,get-order=15,list-orders=10,cancel-order=15"))
      configuration.workload.duplicateKeys = try LoadShare(parsing: "10%")
      configuration.workload.conflictKeys = try LoadShare(parsing: "10%")
      configuration.preparedStock = 6
    }
    let (one, other) = (StubShop(), StubShop())
    let rpc = try await Self.run(one, overREST: false, change)
    let rest = try await Self.run(other, overREST: true, change)
    #expect(counts(rpc) == counts(rest))
    let reasons = Set(rest.summary.reasons.map(\.reason))
    #expect(reasons.isSuperset(of: ["OUT_OF_STOCK", "REQUEST_ID_REUSED"]))
    #expect(Set(rest.summary.kinds.map(\.kind)).count == 5)
    #expect(rest.summary.errorRate == rpc.summary.errorRate)
    #expect(one.book.orders == other.book.orders)
    #expect(one.book.items == other.book.items)
    #expect(one.book.kept == other.book.kept)
  }

  @Test func `orders placed through the edge are verified against the books of the services`()
    async throws
  {
    let result = try await Self.run(StubShop(), overREST: true) {
      $0.workload.content = .mix(.standard)
      $0.preparedStock = 1_000_000
      $0.verifies = true
      $0.connections = 4
      $0.concurrency = 4
    }
    guard case .done(let report) = result.verification else {
      Issue.record("\(result.verification)")
      return
    }
    #expect(report.isClean, "\(report.violations)")
    #expect(report.acknowledged == result.summary.kinds.last?.latency.count)
    #expect(report.acknowledged > 0 && report.inDoubt == 0)
    #expect(result.exitCode == 0)
  }

  @Test(arguments: [
    StubShop.Fault.sellsOneTooMany, .makesTwoOrdersOfOneKey, .forgetsAnOrder, .keepsOtherLines,
    .answersRepeatsWithAnotherOrder, .takesConflictingKeys,
  ])
  func `a service that breaks its word is caught through the edge too`(
    fault: StubShop.Fault
  ) async throws {
    let result = try await Self.run(StubShop(fault: fault), overREST: true) {
      $0.workload.content = .mix(try RequestMix(parsing: "place-order=1"))
      $0.workload.duplicateKeys = try LoadShare(parsing: "10%")
      $0.workload.conflictKeys = try LoadShare(parsing: "10%")
      $0.preparedStock = 1_000_000
      $0.verifies = true
      $0.settle = LoadDuration(nanoseconds: 1)
    }
    #expect(result.exitCode == 5, "\(result.verification)")
  }

  @Test func `a hop over both ways places orders of its own in every slice`() async throws {
    let shop = StubShop()
    let hop = try await Self.withShop(shop) { configuration in
      configuration.workload.content = .mix(try RequestMix(parsing: "check-stock=1,place-order=1"))
      configuration.preparedStock = 1_000_000
      configuration.verifies = true
      configuration.connections = 4
      configuration.load = .open(try RateProfile(parsing: "100"), .uniform)
      configuration.ending = .duration(LoadDuration(nanoseconds: 300_000_000))
      // On a busy machine an answer may take its time.
      configuration.drain = .seconds(300)
      return try await HopRun(
        configuration, streams: 100, pairs: 2, logger: Logger(label: "test")
      ).run(control: RunControl()) { _ in }
    }
    #expect(hop.slices.map(\.carrier) == [.rpc, .rest, .rpc, .rest])
    for slice in hop.slices {
      #expect(slice.result.summary.all.count == 30)
      #expect(slice.result.summary.outcomes.map(\.outcome) == [.ok])
      guard case .done(let report) = slice.result.verification else {
        Issue.record("\(slice.result.verification)")
        continue
      }
      #expect(report.isClean && report.older == 0, "\(report.violations)")
    }
    let orders = hop.slices.map { $0.result.summary.kinds.last?.latency.count ?? 0 }
    #expect(UInt64(shop.book.orders.count) == orders.reduce(0, +))
    #expect(Set(orders).count == 1)
    #expect(HopReport(hop, hasColour: false).text.contains("VERIFIED: no violation"))
  }
}
