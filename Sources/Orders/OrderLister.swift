internal import Contracts
internal import Operations
internal import Postgres
internal import RPC

/// Lists a customer's orders, newest first. A page begins behind the last order of the page before,
/// so orders that come meanwhile move no other order to another page.
struct OrderLister: Sendable {
  let pool: PostgresPool

  /// What chooses the orders, checked.
  private struct Filter {
    let customerID: String
    /// 0 is any.
    let status: Int16
    let from: Int64
    let to: Int64

    /// Microseconds since 1970 at the end of the year 9999, beyond which no calendar of ours goes.
    static let timeMax: Int64 = 253_402_300_799_999_999

    init(_ request: ListOrdersRequest) throws(InvalidRequest) {
      var invalid = InvalidRequest()
      customerID = request.customerID
      if !VisibleASCII.isValid(customerID, bytes: 1...VisibleASCII.bytesMax) {
        invalid.add("customer_id", "must be 1 to 128 visible ASCII characters")
      }
      switch request.status {
      case .unspecified: status = 0
      case .confirmed, .cancelled, .shipped, .delivered:
        status = Int16(request.status.rawValue)
      default:
        status = 0
        invalid.add("status", "must be a status that orders have")
      }
      from = Self.microseconds(request.from, or: 0, "from", &invalid)
      to = Self.microseconds(request.to, or: Self.timeMax, "to", &invalid)
      guard invalid.isEmpty else { throw invalid }
    }

    /// Whole microseconds; a part of one rounds up, so that "from" and "to" keep what they say.
    private static func microseconds(
      _ time: Timestamp?, or unset: Int64, _ path: String, _ invalid: inout InvalidRequest
    ) -> Int64 {
      guard let time else { return unset }
      guard (0...253_402_300_799).contains(time.seconds),
        (0...999_999_999).contains(time.nanos)
      else {
        invalid.add(path, "must be a time from 1970 to 9999")
        return unset
      }
      return time.seconds * 1_000_000 + Int64(time.nanos + 999) / 1_000
    }

    var canonical: CanonicalBytes {
      var canonical = CanonicalBytes()
      canonical.string("orders.v1.ListOrders")
      canonical.string(customerID)
      canonical.count(Int(status))
      canonical.string("\(from)")
      canonical.string("\(to)")
      return canonical
    }
  }

  /// The last order of a page.
  private struct Position {
    var createdAt: Int64
    var id: PostgresUUID

    /// Behind it comes every order.
    static let start = Position(
      createdAt: Filter.timeMax, id: PostgresUUID(high: .max, low: .max))

    var bytes: [UInt8] {
      [UInt64(bitPattern: createdAt), id.high, id.low].flatMap { word in
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
      }
    }

    init(createdAt: Int64, id: PostgresUUID) {
      self.createdAt = createdAt
      self.id = id
    }

    init?(_ bytes: [UInt8]) {
      guard bytes.count == 24 else { return nil }
      let words = stride(from: 0, to: 24, by: 8).map { start in
        bytes[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      }
      createdAt = Int64(bitPattern: words[0])
      guard (0...Filter.timeMax).contains(createdAt) else { return nil }
      id = PostgresUUID(high: words[1], low: words[2])
    }
  }

  func list(
    _ request: ListOrdersRequest, deadline: Deadline
  ) async throws(RPCError) -> ListOrdersResponse {
    let filter: Filter
    let size: Int
    var position = Position.start
    do throws(InvalidRequest) {
      filter = try Filter(request)
      size = try PageSize.read(request.pageSize)
      if let bytes = try PageToken.read(request.pageToken, filter: filter.canonical) {
        guard let read = Position(bytes) else { throw PageToken.invalid }
        position = read
      }
    } catch {
      throw RPCError(error)
    }
    do throws(PostgresError) {
      return try await page(filter, behind: position, size, deadline)
    } catch {
      throw RPCError(WriteFailure(reading: error))
    }
  }

  private func page(
    _ filter: Filter, behind position: Position, _ size: Int, _ deadline: Deadline
  ) async throws(PostgresError) -> ListOrdersResponse {
    let until = deadline.remaining.map { ContinuousClock.now + $0 }
    // One more than asked tells whether there is another page.
    let rows = try await pool.query(
      Self.selectPage(
        .text(filter.customerID), .int16(filter.status), .timestamp(filter.from),
        .timestamp(filter.to), .timestamp(position.createdAt), .uuid(position.id),
        .int64(Int64(size + 1))), deadline: until)
    var ids: [OrderID] = []
    for row in rows { ids.append(try OrderID(row, 0)) }
    let hasMore = ids.count > size
    if hasMore { ids.removeLast() }
    guard !ids.isEmpty else { return ListOrdersResponse() }
    let lines = try await pool.query(
      OrderStatements.selectLines(.uuidArray(ids.map(\.uuid))), deadline: until)
    let stored = try StoredOrder.all(orders: rows, lines: lines)
    var response = ListOrdersResponse()
    for id in ids {
      guard let order = stored[id], let body = order.body else { continue }
      response.orders.append(Order(order, body))
    }
    if hasMore, let last = ids.last.flatMap({ stored[$0] }) {
      let end = Position(createdAt: last.createdAt.sinceEpoch, id: last.orderID.uuid)
      response.nextPageToken = PageToken.write(end.bytes, filter: filter.canonical)
    }
    return response
  }

  /// An aborted row has no customer, so none is ever listed.
  private static let selectPage = Statement(
    name: "order_select_page",
    sql: """
      SELECT order_id, status, version, customer_id, request_id, currency, total_minor,
        body_digest, created_at, updated_at
      FROM orders
      WHERE customer_id = $1 AND ($2::smallint = 0 OR status = $2)
        AND created_at >= $3 AND created_at < $4 AND (created_at, order_id) < ($5, $6)
      ORDER BY created_at DESC, order_id DESC LIMIT $7
      """)
}
