import Contracts
import Postgres
import RPC
import TestSupport

@testable import Orders

/// Places seeded orders, as callers with patience would: each request is written down before it is
/// sent, is sent again with its key until it is answered for good, and its answer is written down.
struct LoadDriver {
  let shop: TestShop
  let nodes: [OrdersNode]
  let seed: UInt64
  let skus: [String]

  struct Result: Sendable {
    var placed = 0
    var refused = 0
    /// Answers that are neither an order nor a definite refusal, after every retry.
    var open = 0
  }

  /// What ends the retries of a request.
  private static let definite: Set = ["OUT_OF_STOCK", "SKU_UNKNOWN"]
  private static let triesMax = 60

  func run(requests: Int, inFlight: Int) async throws -> Result {
    try await shop.orderSession.run(InvariantChecks.driverLogSQL)
    let log = try await DriverLog(shop.orderSession.connectionString)
    let result = try await withThrowingTaskGroup(of: Result.self) { group in
      for worker in 0..<inFlight {
        group.addTask {
          var result = Result()
          for number in stride(from: worker, to: requests, by: inFlight) {
            switch try await one(number, log) {
            case nil: result.open += 1
            case true?: result.placed += 1
            case false?: result.refused += 1
            }
          }
          return result
        }
      }
      return try await group.reduce(into: Result()) { sum, part in
        sum.placed += part.placed
        sum.refused += part.refused
        sum.open += part.open
      }
    }
    await log.close()
    return result
  }

  /// True when placed, false when refused for good, nil when still open.
  private func one(_ number: Int, _ log: DriverLog) async throws -> Bool? {
    var random = SeededRandom(seed: seed &* 1_000_003 &+ UInt64(number))
    let basket = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      (
        skus[Int.random(in: 0..<skus.count, using: &random)],
        Int64.random(in: 1...3, using: &random)
      )
    }
    let request = TestShop.request(basket, key: "load-\(seed)-\(number)")
    try await log.willSend(request)
    for attempt in 0..<Self.triesMax {
      let node = nodes[(number + attempt) % nodes.count]
      let answer = await shop.place(request, on: node)
      if let receipt = answer.receipt {
        try await log.heard(receipt, for: request)
        return true
      }
      if let reason = answer.error?.reason, Self.definite.contains(reason) { return false }
    }
    return nil
  }
}

/// The driver's own record, on a connection of its own and committed before it goes on.
private struct DriverLog {
  private let connection: PostgresConnection

  init(_ connectionString: String) async throws {
    var settings = PostgresSettings.writing
    settings.applicationName = "driver"
    connection = try PostgresConnection(connectionString: connectionString, settings: settings)
    try await connection.connect()
  }

  private static let sent = Statement(
    name: "driver_sent",
    sql: "INSERT INTO client_sent (customer_id, request_id, body_digest) VALUES ($1, $2, $3)")
  private static let ok = Statement(
    name: "driver_ok",
    sql: """
      INSERT INTO client_ok (order_id, customer_id, request_id, created_at, receipt)
      VALUES ($1, $2, $3, $4, $5)
      """)

  func willSend(_ request: PlaceOrderRequest) async throws {
    let order = try OrderRules.normalise(
      customerID: request.customerID, requestID: request.requestID, currency: request.currency,
      lines: request.lines.map { (sku: $0.sku, quantity: $0.quantity) })
    _ = try await connection.query(
      Self.sent(
        .text(request.customerID), .text(request.requestID),
        .bytes(OrderRules.bodyDigest(order))))
  }

  func heard(_ receipt: Receipt, for request: PlaceOrderRequest) async throws {
    let lines = receipt.lines.map { "\($0.sku)*\($0.quantity)@\($0.unitPriceMinor)" }
    let text = "\(receipt.currency) \(receipt.totalMinor) \(lines.joined(separator: ","))"
    let id = OrderID(receipt.orderID) ?? OrderID(high: 0, low: 0)
    let time = receipt.createdAt.map { $0.seconds * 1_000_000 + Int64($0.nanos) / 1_000 } ?? 0
    _ = try await connection.query(
      Self.ok(
        .uuid(PostgresUUID(high: id.high, low: id.low)), .text(request.customerID),
        .text(request.requestID), .timestamp(time), .text(text)))
  }

  func close() async { await connection.close() }
}
