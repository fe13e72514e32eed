internal import Contracts
internal import RPC

/// Compares what the services answered during a run with what they keep.
///
/// It holds while nobody else orders the same SKUs: what others reserve cannot be told from pieces
/// that nobody acknowledged.
struct OrderVerification<Inventory: InventoryService, Orders: OrdersService>: Sendable {
  let workload: Workload
  let inventory: Inventory
  let orders: Orders

  private static var pageSize: Int32 { 500 }
  /// Customers read at once.
  private static var readersMax: Int { 16 }
  private static var violationsAsked: Int32 { 100 }
  private static var pause: Duration { .milliseconds(250) }

  func baseline() async throws(RPCError) -> StockBook {
    try await StockBook.read(from: inventory, workload.catalogue)
  }

  /// - Parameter settle: how long holds of lost calls may take to be settled.
  func verify(
    _ logs: [AnswerLog], since baseline: StockBook, settle: Duration
  ) async throws(RPCError) -> VerificationReport {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: settle)
    while true {
      var (report, units) = try await compareOrders(logs)
      let stock = try await StockBook.read(from: inventory, workload.catalogue)
      let isSettled = workload.catalogue.names.indices.allSatisfy {
        stock.growth(since: baseline, rank: $0) == units[$0]
      }
      if isSettled || clock.now >= deadline {
        compareStock(stock, since: baseline, units, &report)
        try await reconcile(&report)
        return report
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  // MARK: Orders

  private func compareOrders(
    _ logs: [AnswerLog]
  ) async throws(RPCError) -> (VerificationReport, [Int64]) {
    var report = VerificationReport()
    let since = logs.compactMap(\.firstCreated).min()
    var units = [Int64](repeating: 0, count: workload.catalogue.names.count)
    for bucket in 0..<AnswerLog.bucketCount {
      let entries = logs.flatMap { $0.bucket(bucket) }
      var byCustomer: [UInt64: [AnswerLog.Entry]] = [:]
      for entry in entries {
        guard let order = workload.order(keyIndex: entry.keyIndex) else { continue }
        byCustomer[order.customer, default: []].append(entry)
      }
      try await read(byCustomer.keys.sorted()) { customer, kept in
        var check = CustomerCheck(workload, since: since)
        check.compare(byCustomer[customer] ?? [], with: kept)
        report.add(check.report)
        for (rank, count) in check.units { units[rank] += count }
      }
    }
    return (report, units)
  }

  /// Reads the books of some customers, several at a time, and hands each to `body` as it comes: a
  /// long run has made more orders than may be in memory at once.
  private func read(
    _ customers: [UInt64], _ body: (UInt64, [Order]) -> Void
  ) async throws(RPCError) {
    typealias Book = (customer: UInt64, orders: Result<[Order], RPCError>)
    let failure = await withTaskGroup(of: Book.self, returning: RPCError?.self) { group in
      var rest = customers[...]
      for customer in rest.prefix(Self.readersMax) {
        group.addTask { (customer, await read(customer)) }
      }
      rest = rest.dropFirst(Self.readersMax)
      while let (customer, orders) = await group.next() {
        switch orders {
        case .success(let orders): body(customer, orders)
        case .failure(let error):
          group.cancelAll()
          return error
        }
        if let customer = rest.popFirst() { group.addTask { (customer, await read(customer)) } }
      }
      return nil
    }
    if let failure { throw failure }
  }

  private func read(_ customer: UInt64) async -> Result<[Order], RPCError> {
    var request = ListOrdersRequest()
    request.customerID = workload.customer(customer)
    request.pageSize = Self.pageSize
    var kept: [Order] = []
    do throws(RPCError) {
      repeat {
        let page = try await orders.listOrders(request, CallContext())
        kept += page.orders
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      return .success(kept)
    } catch {
      return .failure(error)
    }
  }

  // MARK: Stock

  private func compareStock(
    _ stock: StockBook, since baseline: StockBook, _ units: [Int64],
    _ report: inout VerificationReport
  ) {
    for (rank, expected) in units.enumerated() {
      let found = stock.growth(since: baseline, rank: rank)
      guard found != expected else { continue }
      report.add(
        Violation(
          "pieces reserved are not those of the orders", sku: workload.catalogue.names[rank],
          expected: "\(expected)", found: "\(found)"))
    }
  }

  private func reconcile(_ report: inout VerificationReport) async throws(RPCError) {
    let answer = try await inventory.reconcileStock(
      ReconcileStockRequest(limit: Self.violationsAsked), CallContext())
    for violation in answer.violations {
      report.add(
        Violation(
          "stock equation \(violation.equation)",
          orderID: violation.orderID.isEmpty ? nil : violation.orderID,
          sku: violation.sku.isEmpty ? nil : violation.sku, expected: "\(violation.expected)",
          found: "\(violation.found)"))
    }
  }
}
