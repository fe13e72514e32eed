internal import Contracts

/// A request of the built-in workload as the JSON edge takes it: the same message that goes to a
/// service as an RPC, in the form from which the edge makes that RPC again.
struct RESTRequest: Equatable, Sendable {
  var isPost = false
  /// Path and query, percent-encoded.
  var target: String
  /// `Idempotency-Key`, where it makes the request safe to repeat.
  var key: String?
  var body: [UInt8] = []

  /// `GET /v1/stock?sku=A&sku=B`. The quantities stay here: the edge answers what is available.
  init(_ message: CheckStockRequest) {
    target = "/v1/stock"
    var separator = "?sku="
    for line in message.lines {
      target += separator + Self.escaped(line.sku)
      separator = "&sku="
    }
  }

  /// `POST /v1/orders`
  init(_ message: PlaceOrderRequest) {
    isPost = true
    target = "/v1/orders"
    key = message.requestID
    var json = JSONBytes(capacity: Self.bodyBytes + message.lines.count * Self.lineBytes)
    json.raw("{\"customerId\":")
    json.string(message.customerID)
    json.raw(",\"currency\":")
    json.string(message.currency)
    json.raw(",\"lines\":[")
    for (number, line) in message.lines.enumerated() {
      if number > 0 { json.raw(",") }
      json.raw("{\"sku\":")
      json.string(line.sku)
      json.raw(",\"quantity\":")
      json.integer(line.quantity)
      json.raw("}")
    }
    json.raw("]}")
    body = json.bytes
  }

  /// `GET /v1/orders/{order_id}?customer_id=`
  init(_ message: GetOrderRequest) {
    target = Self.order(message.orderID, "", message.customerID)
  }

  /// `GET /v1/orders?customer_id=`
  init(_ message: ListOrdersRequest) {
    target = "/v1/orders?customer_id=" + Self.escaped(message.customerID)
  }

  /// `POST /v1/orders/{order_id}/cancel?customer_id=`, without a body.
  init(_ message: CancelOrderRequest) {
    isPost = true
    target = Self.order(message.orderID, "/cancel", message.customerID)
  }

  private static func order(_ id: String, _ action: String, _ customer: String) -> String {
    "/v1/orders/" + escaped(id) + action + "?customer_id=" + escaped(customer)
  }

  /// Room for what is not lines, and for a line, so that the bytes rarely have to grow.
  private static let bodyBytes = 96
  private static let lineBytes = 48

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// All but the unreserved characters, so that no value is taken for a separator. (RFC 3986 §2.3)
  static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy(isUnreserved) { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexDigits[Int(byte >> 4)])
        bytes.append(hexDigits[Int(byte & 0x0F)])
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
