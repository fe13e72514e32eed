internal import Contracts

/// The bodies of the order routes, to and from the messages of `orders.v1`.
enum OrderJSON {
  /// Lines of one order as sent.
  static let linesMax = 100

  // MARK: Reading

  /// `{"customerId","currency","lines":[{"sku","quantity"}],"requestId"}`
  ///
  /// - Parameter key: The idempotency key of the header, which a `requestId` must agree with.
  static func placement(_ body: [UInt8], key: String?) throws(InputError) -> PlaceOrderRequest {
    var request = PlaceOrderRequest()
    var bodyKey: String?
    do throws(InputError) {
      var customer: String?
      var currency: String?
      var lines: [PlaceOrderLine]?
      var reader = try JSONReader(body)
      try reader.object(["customerId", "currency", "lines", "requestId"]) {
        (name, reader) throws(InputError) in
        guard !reader.takeNull() else { return }
        switch name {
        case "customerId": customer = try reader.visibleASCII()
        case "currency": currency = try MoneyJSON.currency(from: &reader)
        case "lines": lines = try Self.lines(from: &reader)
        default: bodyKey = try reader.visibleASCII()
        }
      }
      guard let customer else { throw .missing(".customerId") }
      guard let currency else { throw .missing(".currency") }
      guard let lines else { throw .missing(".lines") }
      request.customerID = customer
      request.currency = currency
      request.lines = lines
    } catch {
      throw error.inBody
    }
    request.requestID = try IdempotencyKey.agree(header: key, body: bodyKey) ?? ""
    return request
  }

  private static func lines(from reader: inout JSONReader) throws(InputError) -> [PlaceOrderLine] {
    var lines: [PlaceOrderLine] = []
    try reader.array(count: 1...linesMax) { (reader) throws(InputError) in
      var sku: String?
      var quantity: Int64?
      try reader.object(["sku", "quantity"]) { (name, reader) throws(InputError) in
        guard !reader.takeNull() else { return }
        switch name {
        case "sku": sku = try reader.string()
        default: quantity = try reader.integer(in: IntegerBound.quantity)
        }
      }
      guard let sku else { throw .missing(".sku") }
      guard let quantity else { throw .missing(".quantity") }
      var line = PlaceOrderLine()
      line.sku = sku
      line.quantity = quantity
      lines.append(line)
    }
    return lines
  }

  /// Characters of the reason for a cancellation.
  private static let reasonLengthMax = 128

  /// `{"reason":"changed my mind"}`, or no body at all. Nil when no reason is given.
  static func cancelReason(_ body: [UInt8]) throws(InputError) -> String? {
    guard !body.isEmpty else { return nil }
    do throws(InputError) {
      var reason: String?
      var reader = try JSONReader(body)
      try reader.object(["reason"]) { (_, reader) throws(InputError) in
        guard !reader.takeNull() else { return }
        let text = try reader.string()
        guard (1...reasonLengthMax).contains(text.unicodeScalars.count) else {
          throw InputError(
            .invalidValue, at: "", "must have from 1 to \(reasonLengthMax) characters")
        }
        reason = text
      }
      return reason
    } catch {
      throw error.inBody
    }
  }

  // MARK: Writing

  /// `{"orderId","customerId","status","total","lines","createdAt"}`
  ///
  /// - Parameter customerID: From the request: the receipt of `orders.v1` does not repeat it.
  static func receipt(_ receipt: Receipt, customerID: String) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try writer.object { (writer) throws(BoundError) in
      writer.member("orderId", receipt.orderID)
      writer.member("customerId", customerID)
      writer.member("status", try name(receipt.status))
      writer.member("total")
      try MoneyJSON(receipt.currency, receipt.totalMinor).write(to: &writer)
      try write(receipt.lines, currency: receipt.currency, to: &writer)
      writer.member("createdAt", try time("createdAt", receipt.createdAt))
    }
    return writer.bytes
  }

  /// A receipt plus `"version","updatedAt"`.
  static func order(_ order: Order) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try write(order, to: &writer)
    return writer.bytes
  }

  /// `{"orders":[…],"nextPageToken":""}`
  static func list(_ response: ListOrdersResponse) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try writer.object { (writer) throws(BoundError) in
      writer.member("orders")
      try writer.array(response.orders) { (writer, order) throws(BoundError) in
        try write(order, to: &writer)
      }
      writer.member("nextPageToken", response.nextPageToken)
    }
    return writer.bytes
  }

  private static func write(_ order: Order, to writer: inout JSONWriter) throws(BoundError) {
    try writer.object { (writer) throws(BoundError) in
      writer.member("orderId", order.orderID)
      writer.member("customerId", order.customerID)
      writer.member("status", try name(order.status))
      writer.member("total")
      try MoneyJSON(order.currency, order.totalMinor).write(to: &writer)
      try write(order.lines, currency: order.currency, to: &writer)
      writer.member("createdAt", try time("createdAt", order.createdAt))
      try writer.member("version", order.version, in: IntegerBound.version)
      writer.member("updatedAt", try time("updatedAt", order.updatedAt))
    }
  }

  private static func write(
    _ lines: [OrderLine], currency: String, to writer: inout JSONWriter
  ) throws(BoundError) {
    writer.member("lines")
    try writer.array(lines) { (writer, line) throws(BoundError) in
      try writer.object { (writer) throws(BoundError) in
        writer.member("sku", line.sku)
        // The lines of one SKU are summed, so that a quantity is bounded as `requested` is.
        try writer.member("quantity", line.quantity, in: IntegerBound.requested)
        writer.member("unitPrice")
        try MoneyJSON(currency, line.unitPriceMinor).write(to: &writer)
      }
    }
  }

  private static let statuses: [OrderStatus] = [.confirmed, .cancelled, .shipped, .delivered]

  /// The status that a name stands for; none is any.
  static func status(_ name: String?) throws(InputError) -> OrderStatus {
    guard let name else { return .unspecified }
    for status in statuses where (try? Self.name(status)) == name { return status }
    throw InputError(
      .invalidValue, at: "query.status", "must be CONFIRMED, CANCELLED, SHIPPED or DELIVERED")
  }

  private static func name(_ status: OrderStatus) throws(BoundError) -> String {
    switch status {
    case .confirmed: return "CONFIRMED"
    case .cancelled: return "CANCELLED"
    case .shipped: return "SHIPPED"
    case .delivered: return "DELIVERED"
    default: throw BoundError("status", status.rawValue)
    }
  }

  private static func time(_ field: String, _ time: Timestamp?) throws(BoundError) -> String {
    guard let time, (0..<1_000_000_000).contains(time.nanos),
      let calendar = CalendarTime(secondsSince1970: time.seconds)
    else { throw BoundError(field, time.map { "\($0.seconds).\($0.nanos)" } ?? "none") }
    return calendar.rfc3339(microseconds: Int64(time.nanos / 1000))
  }

  // MARK: Paths

  /// `lines[2].unit_price` of a message is `$.lines[2].unitPrice` of a body.
  static func placementPath(_ field: String, keyInHeader: Bool) -> String {
    if field == "request_id", keyInHeader { return IdempotencyKey.path }
    var path = "$."
    var isNewWord = false
    for character in field {
      guard character != "_" else {
        isNewWord = true
        continue
      }
      path += isNewWord ? character.uppercased() : String(character)
      isNewWord = false
    }
    return path
  }
}
