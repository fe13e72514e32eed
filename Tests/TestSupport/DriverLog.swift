public import Contracts
internal import Crypto
internal import Postgres
internal import RPC
internal import Wire

/// A driver's own record, beside the orders, committed before the driver goes on: what it asked for
/// before it is sent, and every answer after it came.
public struct DriverLog: Sendable {
  private let connection: PostgresConnection

  /// The tables of `InvariantChecks.driverLogSQL` have to be there.
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
  private static let answer = Statement(
    name: "driver_answer",
    sql: """
      INSERT INTO client_answer (customer_id, request_id, body_digest, code, reason, reply)
      VALUES ($1, $2, $3, $4, $5, $6)
      """)

  func willSend(_ request: PlaceOrderRequest) async throws {
    _ = try await connection.query(
      Self.sent(
        .text(request.customerID), .text(request.requestID), .bytes(Self.bodyDigest(request))))
  }

  func heard(_ receipt: Receipt, for request: PlaceOrderRequest) async throws {
    let lines = receipt.lines.map { "\($0.sku)*\($0.quantity)@\($0.unitPriceMinor)" }
    let text = "\(receipt.currency) \(receipt.totalMinor) \(lines.joined(separator: ","))"
    let id = OrderID(receipt.orderID) ?? OrderID(high: 0, low: 0)
    let time = receipt.createdAt.map { $0.seconds * 1_000_000 + Int64($0.nanos) / 1_000 } ?? 0
    _ = try await connection.pipeline([
      Self.ok(
        .uuid(PostgresUUID(high: id.high, low: id.low)), .text(request.customerID),
        .text(request.requestID), .timestamp(time), .text(text)),
      Self.answer(
        .text(request.customerID), .text(request.requestID), .bytes(Self.bodyDigest(request)),
        .int32(0), .text(""), .bytes(receipt.wireBytes)),
    ])
  }

  func heard(_ error: RPCError, for request: PlaceOrderRequest) async throws {
    _ = try await connection.query(
      Self.answer(
        .text(request.customerID), .text(request.requestID), .bytes(Self.bodyDigest(request)),
        .int32(Int32(error.code.rawValue)), .text(error.detail(ErrorInfo.self)?.reason ?? ""),
        .bytes([])))
  }

  func close() async { await connection.close() }

  /// What makes two requests the same, made here once more from its description and by nothing the
  /// service uses to sum, sort and digest.
  public static func bodyDigest(_ request: PlaceOrderRequest) -> [UInt8] {
    var sums: [String: Int64] = [:]
    for line in request.lines { sums[line.sku, default: 0] += line.quantity }
    var bytes: [UInt8] = []
    func add(_ number: Int, bytesWide width: Int) {
      for place in (0..<width).reversed() {
        bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place)))
      }
    }
    func add(_ text: String) {
      add(text.utf8.count, bytesWide: 2)
      bytes += Array(text.utf8)
    }
    for text in [request.customerID, request.requestID, request.currency] { add(text) }
    add(sums.count, bytesWide: 2)
    let sorted = sums.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
    for (sku, quantity) in sorted {
      add(sku)
      add(Int(quantity), bytesWide: 4)
    }
    return Array(SHA256.hash(data: bytes))
  }
}
