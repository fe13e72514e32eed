import Contracts
import Foundation
import NIOHTTP1
import Testing
import Wire

@testable import LoadTest

/// What the edge is asked, to the byte.
@Suite struct RESTRequestTests {
  private func source(_ mix: String) throws -> RequestSource {
    var settings = WorkloadSettings()
    settings.content = .mix(try RequestMix(parsing: mix))
    settings.seed = 5
    settings.skus = 50
    return RequestSource(try Workload(settings), overREST: true)
  }

  @Test func `each kind is the route of its RPC`() throws {
    var check = CheckStockRequest()
    check.lines = ["A", "B/ä&c"].map { StockLine(sku: $0, quantity: 2) }
    let stock = RESTRequest(check)
    #expect(stock.target == "/v1/stock?sku=A&sku=B%2F%C3%A4%26c")
    #expect(!stock.isPost && stock.body.isEmpty && stock.key == nil)

    var get = GetOrderRequest()
    get.orderID = "0-1"
    get.customerID = "c d"
    #expect(RESTRequest(get).target == "/v1/orders/0-1?customer_id=c%20d")

    var list = ListOrdersRequest()
    list.customerID = "a+b=c"
    #expect(RESTRequest(list).target == "/v1/orders?customer_id=a%2Bb%3Dc")

    var cancel = CancelOrderRequest()
    cancel.orderID = "0-1"
    cancel.customerID = "c"
    let cancellation = RESTRequest(cancel)
    #expect(cancellation.target == "/v1/orders/0-1/cancel?customer_id=c")
    #expect(cancellation.isPost && cancellation.body.isEmpty)
  }

  @Test func `an order is a body with every escape that JSON demands, and its key beside it`()
    throws
  {
    var message = PlaceOrderRequest()
    message.customerID = "a\"b\\c\u{1}\n\u{1F}é/"
    message.currency = "EUR"
    message.requestID = "rl-5-1"
    message.lines = [
      PlaceOrderLine(sku: "A", quantity: 1), PlaceOrderLine(sku: "B", quantity: 1_000_000),
    ]
    let request = RESTRequest(message)
    #expect(request.isPost && request.target == "/v1/orders" && request.key == "rl-5-1")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"customerId":"a\"b\\c\u0001\u000a\u001fé/","currency":"EUR","#
        + #""lines":[{"sku":"A","quantity":1},{"sku":"B","quantity":1000000}]}"#)
    let object = try JSONSerialization.jsonObject(with: Data(request.body))
    let json = try #require(object as? [String: Any])
    #expect(json["customerId"] as? String == message.customerID)
  }

  @Test func `the same draw asks the same over REST as over RPC`() throws {
    let rest = try source("place-order=1")
    let rpc = RequestSource(rest.workload)
    var recent = RecentOrders()
    for index: UInt64 in 0..<200 {
      let request = rest.request(at: index, recent: &recent)
      let message = try PlaceOrderRequest(
        wireBytes: rpc.request(at: index, recent: &recent).body)
      #expect(request.rest == RESTRequest(message))
      #expect(request.role == .edge && rest.role(at: index) == .edge)
      #expect(request.rest?.key == OrderKey.text(seed: 5, index: index))
    }
  }

  @Test func `slices of one seed ask the same with keys and customers of their own`() throws {
    let one = try source("place-order=1")
    var settings = one.workload.settings
    settings.slice = 3
    let other = RequestSource(try Workload(settings), overREST: true)
    var recent = RecentOrders()
    for index: UInt64 in 0..<100 {
      #expect(one.workload.draw(index) == other.workload.draw(index))
      let first = one.request(at: index, recent: &recent).rest
      let second = other.request(at: index, recent: &recent).rest
      #expect(first?.key != second?.key)
      #expect(first?.body != second?.body)
    }
    #expect(other.workload.key(255) == "rl-5.3-ff")
    #expect(other.workload.customer(7) == "customer-5.3-7")
  }

  @Test func `a head has what the edge reads, and a length wherever there is a body or could be`()
    throws
  {
    var configuration = RunConfiguration()
    configuration.timeout = LoadDuration(nanoseconds: 1_500_000_001)
    configuration.metadata = try RequestMetadata.parse(["x-a:b", "x-b-bin:AAE"])
    let heads = RESTHeads(configuration, TargetAddress(host: "::1", port: 8080))
    var message = PlaceOrderRequest()
    message.requestID = "k1"
    let order = heads.head(of: RESTRequest(message))
    #expect(order.method == .POST && order.uri == "/v1/orders" && order.version == .http1_1)
    let expected = [
      "host": "[::1]:8080", "accept": "application/json", "content-type": "application/json",
      "idempotency-key": "k1", "x-server-timeout": "1.500000001", "x-a": "b", "x-b-bin": "AAE=",
      "content-length": "\(RESTRequest(message).body.count)",
    ]
    for (name, value) in expected { #expect(order.headers[name] == [value], "\(name)") }
    let list = heads.head(of: RESTRequest(ListOrdersRequest()))
    #expect(list.method == .GET)
    for name in ["content-length", "content-type", "idempotency-key", "transfer-encoding"] {
      #expect(list.headers[name] == [], "\(name)")
    }
    let cancel = heads.head(of: RESTRequest(CancelOrderRequest()))
    #expect(cancel.headers["content-length"] == ["0"])
    #expect(cancel.headers["content-type"] == [])
  }

  @Test(arguments: [
    ("http://127.0.0.1:8080", "127.0.0.1:8080"), ("http://edge", "edge:80"),
    ("HTTP://[::1]:9", "[::1]:9"), ("http://[::1]", "[::1]:80"),
  ])
  func `a URL without a path is an address`(text: String, address: String) throws {
    #expect(try TargetAddress(url: text).description == address)
  }

  @Test(arguments: [
    "", "edge:8080", "https://edge", "http://", "http:///", "http://edge/", "http://edge/v1",
    "http://edge?x", "http://edge#x", "http://u@edge", "http://edge:", "http://edge:0",
    "http://edge:65536", "http://edge:x", "http://::1", "http://e dge", "ftp://edge:1",
  ])
  func `any other URL is refused with the form it should have`(text: String) {
    #expect {
      try TargetAddress(url: text)
    } throws: { error in
      (error as? LoadError)?.exitCode == 64 && "\(error)".contains("'\(text)' is not http://host")
    }
  }
}
