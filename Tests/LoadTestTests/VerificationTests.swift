import Contracts
import Logging
import RPC
import Testing
import Transport

@testable import LoadTest

/// Whether a shop that does what it must not is found out, over real sockets.
@Suite struct VerificationTests {
  private func run(
    _ shop: StubShop, mix: String = "place-order=1",
    _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) async throws -> RunResult {
    let (server, port) = try await shop.serve()
    var configuration = RunConfiguration()
    configuration.inventory = TargetAddress(host: "127.0.0.1", port: port)
    configuration.orders = configuration.inventory
    configuration.workload.content = .mix(try RequestMix(parsing: mix))
    configuration.workload.seed = 5
    configuration.workload.skus = 50
    configuration.workload.duplicateKeys = try LoadShare(parsing: "10%")
    configuration.workload.conflictKeys = try LoadShare(parsing: "10%")
    configuration.ending = .count(400)
    configuration.concurrency = 1  // So that the order whose key is taken has been answered.
    configuration.preparedStock = 1000
    configuration.verifies = true
    configuration.settle = LoadDuration(nanoseconds: 1)
    try change(&configuration)
    do {
      let result = try await LoadRun(configuration, logger: Logger(label: "test"))
        .run(control: RunControl()) { _ in }
      await server.shutdown(within: .seconds(5))
      return result
    } catch {
      await server.shutdown(within: .seconds(5))
      throw error
    }
  }

  private func report(_ result: RunResult) throws -> VerificationReport {
    guard case .done(let report) = result.verification else {
      throw LoadError(.contradiction("\(result.verification)"))
    }
    return report
  }

  @Test func `an honest shop is verified, whatever is repeated`() async throws {
    let shop = StubShop()
    let result = try await run(shop)
    let report = try report(result)
    #expect(report.violations == [])
    #expect(report.acknowledged == UInt64(shop.book.kept.count))
    #expect(report.inDoubt == 0)
    #expect(result.exitCode == 0)
    #expect(Report(result, hasColour: false).text.contains("VERIFIED: no violation"))
  }

  @Test(
    arguments: [
      (.sellsOneTooMany, "pieces reserved are not those of the orders"),
      (.makesTwoOrdersOfOneKey, "two orders of one key"),
      (.answersRepeatsWithAnotherOrder, "two orders of one key"),
      (.forgetsAnOrder, "an acknowledged order is not in the books"),
      (.keepsOtherLines, "an order has other lines than were asked for"),
      (.takesConflictingKeys, "an order was made for another order's key"),
      (.breaksAnEquation, "stock equation reserved"),
    ] as [(StubShop.Fault, String)])
  func `a shop that misbehaves is found out`(fault: StubShop.Fault, rule: String) async throws {
    let result = try await run(StubShop(fault: fault)) {
      $0.gates = [try Gate(parsing: "max=1h")]
    }
    let report = try report(result)
    #expect(report.violations.contains { $0.rule == rule }, "\(report.violations)")
    #expect(result.exitCode == 5)
    #expect(result.gates.map(\.passed) == [true])
    let text = Report(result, hasColour: false).text
    #expect(text.contains("VIOLATED: \(report.violationCount) violation(s)"))
    let first = try #require(report.violations.first)
    #expect(text.contains("\(first)"))
    let stored = ResultDocument(result).value["verification"]
    #expect(stored?["violation_count"] == .integer(UInt64(report.violationCount)))
  }

  @Test func `orders whose answers were lost are in doubt and no violation`() async throws {
    let shop = StubShop(fault: .losesAnswers)
    let result = try await run(shop) { $0.workload.duplicateKeys = .zero }
    let report = try report(result)
    #expect(report.violations == [])
    let lost = UInt64(shop.book.kept.count / 10)
    #expect(report.inDoubt == lost)
    #expect(report.inDoubtFound == lost)
    let line = "\(report.acknowledged) orders acknowledged, in doubt: \(lost), found: \(lost)"
    #expect(Report(result, hasColour: false).text.contains("books: " + line))
  }

  @Test func `a second run with the same seed finds its orders there and is clean`() async throws {
    let shop = StubShop()
    _ = try await run(shop)
    let kept = shop.book.kept.count
    let again = try await run(shop) { $0.ending = .count(200) }
    #expect(shop.book.kept.count == kept)
    let report = try report(again)
    #expect(report.violations == [])
    #expect(report.older >= report.acknowledged)
    #expect(report.older > 0)
    // Another mix draws other orders for the same customers.
    let other = try await run(shop, mix: "check-stock=1,place-order=1")
    let violations = try self.report(other).violations
    #expect(violations == [])
  }

  @Test func `cancelled orders release what they reserved`() async throws {
    let shop = StubShop()
    let result = try await run(
      shop, mix: "place-order=4,get-order=2,list-orders=1,cancel-order=2")
    let violations = try report(result).violations
    #expect(violations == [])
    let cancelled = shop.book.kept.count { $0.status == .cancelled }
    #expect(cancelled > 20)
    #expect(result.summary.errorRate == 0)
    #expect(Set(result.summary.kinds.map(\.kind)).isSuperset(of: [.getOrder, .listOrders]))
    #expect(result.summary.outcomes.map(\.outcome).first == .ok)
  }

  @Test func `books that cannot be read are told before any load`() async throws {
    let shop = StubShop(fault: .hidesItsBooks)
    await #expect {
      try await run(shop)
    } throws: {
      let error = $0 as? LoadError
      return error?.exitCode == 69 && error?.description.contains("--no-verify") == true
    }
    #expect(shop.book.kept.isEmpty)
  }
}
