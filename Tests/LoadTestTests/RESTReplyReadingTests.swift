import Contracts
import NIOCore
import NIOHTTP1
import RPC
import Testing
import Wire

@testable import LoadTest

/// A reply of the edge in the words of an RPC.
@Suite struct RESTReplyReadingTests {
  private func answer(
    _ kind: RequestKind, _ status: Int, _ type: String?, _ body: String, keeps: Bool = false,
    cut: Int = .max, more: HTTPHeaders = [:]
  ) -> LoadReply.Answer {
    var reading = RESTReplyReading(kind, keepsMessage: keeps)
    var fields = more
    if let type { fields.add(name: "Content-Type", value: type) }
    reading.receive(
      HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields))
    let bytes = Array(body.utf8)
    for part in [bytes.prefix(cut), bytes.dropFirst(cut)] {
      reading.receive(ByteBuffer(bytes: Array(part)))
    }
    return reading.finished()
  }

  private func outcome(_ answer: LoadReply.Answer) -> String {
    let outcome = Outcome(.answer(answer)).description
    return answer.reason.map { "\(outcome)/\($0)" } ?? outcome
  }

  private static let json = "application/json"
  private static let problem = "application/problem+json"

  @Test(arguments: StatusCode.allCases.filter { $0 != .ok })
  func `the code of a problem is the status of the RPC, whatever the HTTP status`(
    code: StatusCode
  ) {
    for status in [400, 409, 499, 503] {
      let body = #"{"code":"\#(code.name)","reason":"\#(code.name)"}"#
      #expect(outcome(answer(.getOrder, status, Self.problem, body)) == code.name)
    }
  }

  @Test func `the reason of a problem is the reason of the details`() {
    let body = #"{"lines":[{"sku":"A"}],"reason":"OUT_OF_STOCK","code":"FAILED_PRECONDITION"}"#
    for cut in 0...body.utf8.count {
      let answer = answer(.placeOrder, 409, Self.problem, body, cut: cut)
      #expect(outcome(answer) == "FAILED_PRECONDITION/OUT_OF_STOCK")
    }
    let escaped = #"{"code":"NOT\u005fFOUND","reason":"ORDER_UNKNOWN"}"#
    #expect(outcome(answer(.getOrder, 404, Self.problem, escaped)) == "NOT_FOUND/ORDER_UNKNOWN")
    let bare = #"{"code":"NOT_FOUND"}"#
    #expect(outcome(answer(.getOrder, 404, Self.problem, bare)) == "NOT_FOUND")
    let typed = "Application/Problem+JSON; charset=utf-8"
    #expect(outcome(answer(.getOrder, 404, typed, bare)) == "NOT_FOUND")
  }

  @Test(
    arguments: [
      (503, "text/html", "<html>busy</html>"), (503, nil, ""), (500, problem, ""),
      (500, problem, "<html>"), (500, problem, "[]"), (500, problem, "{}"),
      (500, problem, #"{"code":1}"#), (500, problem, #"{"code":"OK"}"#),
      (500, problem, #"{"code":"BROKEN"}"#), (500, problem, #"{"code":"INTERNAL""#),
      (500, json, #"{"code":"INTERNAL"}"#), (200, problem, #"{"code":"INTERNAL"}"#),
      (200, "text/html", "{}"), (200, nil, "{}"), (200, json, ""), (200, json, #"{"a":"#),
      (200, json, "<html></html>"), (200, json, "[]"), (201, json, "{}"), (204, json, "{}"),
      (304, json, ""), (302, json, "{}"),
    ] as [(Int, String?, String)])
  func `what is neither the route's success nor a problem is malformed`(
    status: Int, type: String?, body: String
  ) {
    #expect(outcome(answer(.checkStock, status, type, body)) == "malformed")
  }

  @Test func `success is the status of the route with one whole object`() {
    for kind in [RequestKind.checkStock, .getOrder, .listOrders, .cancelOrder] {
      #expect(outcome(answer(kind, 200, Self.json, "{}")) == "OK")
      #expect(outcome(answer(kind, 200, "application/json; charset=utf-8", "{}")) == "OK")
    }
    #expect(outcome(answer(.placeOrder, 201, Self.json, "{}")) == "OK")
    #expect(outcome(answer(.placeOrder, 200, Self.json, "{}")) == "malformed")
  }

  private static let receipt =
    #"{"orderId":"c15c6e35-b3ef-8637-83dc-074099600d2c","customerId":"ada","status":"CONFIRMED","#
    + #""total":{"currency":"EUR","minorUnits":2500},"lines":[{"sku":"MUG-1","quantity":2,"#
    + #""unitPrice":{"currency":"EUR","minorUnits":1250}}],"#
    + #""createdAt":"2026-01-02T03:04:05.000006Z"}"#

  @Test func `a receipt is the message that the service answered, at every cut`() throws {
    var expected = Receipt()
    expected.orderID = "c15c6e35-b3ef-8637-83dc-074099600d2c"
    expected.status = .confirmed
    expected.currency = "EUR"
    expected.totalMinor = 2500
    expected.createdAt = Timestamp(seconds: 1_767_323_045, nanos: 6000)
    expected.lines = [OrderLine(sku: "MUG-1", quantity: 2, unitPriceMinor: 1250)]
    for cut in 0...Self.receipt.utf8.count {
      let answer = answer(.placeOrder, 201, Self.json, Self.receipt, keeps: true, cut: cut)
      #expect(answer.message == expected.wireBytes)
      #expect(!answer.isReplay)
    }
    let replayed = answer(
      .placeOrder, 201, Self.json, Self.receipt, keeps: true,
      more: ["Idempotent-Replayed": "true"])
    #expect(replayed.isReplay)
    guard case .acknowledged(let order) = OrderAnswer(.ok, .answer(replayed)) else {
      Issue.record("the order is not acknowledged")
      return
    }
    #expect(order.created == Moment(expected.createdAt) && order.isReplay)
    // Nobody reads it, so nothing is kept.
    #expect(answer(.placeOrder, 201, Self.json, Self.receipt).message.isEmpty)
    #expect(answer(.getOrder, 200, Self.json, Self.receipt, keeps: true).message.isEmpty)
  }

  @Test(arguments: [
    ("CONFIRMED", "SHIPPED"), ("2500", "-1"), ("2500", "2500.5"), ("\"quantity\":2", "\"q\":2"),
    ("Z\"", "\""), ("MUG-1\"", "MUG-1\",\"sku\":7,\"x\":\""), ("orderId", "order"),
    ("2026-01-02", "2026-13-02"), (".000006", ".0000000000006"), (".000006", "."),
  ])
  func `an order whose receipt cannot be read is in doubt`(part: String, other: String) {
    let body = Self.receipt.replacing(part, with: other)
    let answer = answer(.placeOrder, 201, Self.json, body, keeps: true)
    #expect(answer.message.isEmpty)
    #expect(OrderAnswer(Outcome(.answer(answer)), .answer(answer)) == .inDoubt)
  }

  @Test func `a problem without end is given up, and its bytes are not kept`() {
    var reading = RESTReplyReading(.getOrder, keepsMessage: false)
    reading.receive(
      HTTPResponseHead(
        version: .http1_1, status: .notFound,
        headers: ["Content-Type": "application/problem+json"]))
    reading.receive(ByteBuffer(string: #"{"code":"NOT_FOUND","detail":""#))
    for _ in 0..<70 { reading.receive(ByteBuffer(repeating: UInt8(ascii: "x"), count: 1000)) }
    reading.receive(ByteBuffer(string: "\"}"))
    #expect(outcome(reading.finished()) == "malformed")
  }

  @Test(arguments: [
    ("2026-01-02T03:04:05Z", 1_767_323_045, 0),
    ("2026-01-02T03:04:05.5Z", 1_767_323_045, 500_000_000),
    ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999),
  ])
  func `a time is exact to its last digit`(text: String, seconds: Int64, nanos: Int32) {
    #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanos: nanos))
  }

  @Test(arguments: [
    "", "Z", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z",
    "2026-01-02T03:04:05.1234567890Z", "2026-01-02T03:04:05.-12Z", "2026-01-02T03:04:05+01:00",
    "2026-01-02T03:04:05,5Z", "é026-01-02T03:04:05Z",
  ])
  func `another form of a time is none`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }
}
