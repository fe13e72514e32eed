import Testing

@testable import Edge

@Suite struct RoutesTests {
  private func outcome(_ method: String, _ path: String) -> String {
    switch Routes.all.match(method: method, path: path) {
    case .none: "none"
    case .operation(let operation, _, _): "\(operation)"
    case .options(let route): "options \(route.allow)"
    case .otherMethod(let route): "405 \(route.allow)"
    case .reserved: "reserved"
    }
  }

  @Test(arguments: [
    ("GET", "/v1/stock", "checkStock"), ("HEAD", "/v1/stock", "checkStock"),
    ("GET", "/v1/stock/A", "readStock"), ("GET", "/v1/stock/A%2FB", "readStock"),
    ("GET", "/v1/stock/.", "readStock"), ("GET", "/v1/%73tock", "checkStock"),
    ("POST", "/v1/stock/A/adjustments", "adjustStock"), ("POST", "/v1/orders", "placeOrder"),
    ("GET", "/v1/orders/x", "readOrder"), ("GET", "/livez", "tellAlive"),
    ("GET", "/readyz", "tellReady"), ("GET", "/v1/stock/%zz", "readStock"),
  ])
  func `a known path and method find their operation`(
    method: String, path: String, operation: String
  ) {
    #expect(outcome(method, path) == operation)
  }

  @Test(arguments: [
    "", "/", "*", "v1/orders", "/v1", "/v1/orders/", "//v1/orders", "/v1//orders", "/v1/./orders",
    "/v1/../v1/orders", "/V1/orders", "/v1/orders/x/y", "/v1/stock/", "/v1/stock//adjustments",
    "/v1/stock/A/adjustments/", "/v1/%zz", "/v1/stock/A/adjust%zz", "/v1/orders%2Fx",
    "/inventory.v1.Inventory/ReserveStock", "/orders.v1.Orders/PlaceOrder", "/v1/reservations",
  ])
  func `a path that is not in the table is unknown`(path: String) {
    #expect(outcome("GET", path) == "none")
    #expect(outcome("POST", path) == "none")
    #expect(outcome("OPTIONS", path) == "none")
  }

  @Test(arguments: [
    ("DELETE", "/v1/stock", "GET, HEAD"), ("POST", "/v1/stock/A", "GET, HEAD"),
    ("DELETE", "/v1/orders", "GET, HEAD, POST"), ("PUT", "/v1/orders", "GET, HEAD, POST"),
    ("GET", "/v1/orders/x/cancel", "POST"),
    ("GET", "/v1/stock/A/adjustments", "POST"), ("POST", "/livez", "GET, HEAD"),
    ("get", "/v1/stock", "GET, HEAD"),
  ])
  func `another method of a known path is told the methods it has`(
    method: String, path: String, allow: String
  ) {
    #expect(outcome(method, path) == "405 \(allow)")
    #expect(outcome("OPTIONS", path) == "options \(allow)")
  }

  @Test(arguments: ["/v1/stock/events", "/v1/orders/events", "/v1/stock/%65vents"])
  func `a literal segment wins over a variable`(path: String) {
    #expect(outcome("GET", path) == "reserved")
  }

  @Test func `the order of the table does not decide which pattern wins`() {
    let routes = Routes([
      Routes.Route("/a/{x}/c", ["GET": .readStock]), Routes.Route("/a/b/{y}", ["GET": .readOrder]),
      Routes.Route("/{w}/b/c", ["GET": .checkStock]),
    ])
    for table in [routes, Routes(routes.routes.reversed())] {
      guard case .operation(let operation, _, _) = table.match(method: "GET", path: "/a/b/c") else {
        Issue.record("nothing matched")
        continue
      }
      #expect(operation == .readOrder)
    }
  }

  @Test func `variables are decoded once and after the path is cut`() throws {
    let pattern = PathPattern("/v1/stock/{sku}/adjustments")
    let segments = try #require(PathPattern.split("/v1/stock/A%2FB%252F+%C3%A9/adjustments"))
    #expect(try pattern.variables(segments) == ["sku": "A/B%2F+é"])
  }

  @Test(arguments: ["%", "%4", "%zz", "%C3", "%FF", "%00", "%ED%A0%80"])
  func `a segment that does not decode names its variable`(segment: String) {
    let expected = InputError(.invalidValue, at: "path.sku", "is not percent-encoded UTF-8")
    #expect(throws: expected) {
      try PathPattern("/v1/stock/{sku}").variables(["v1", "stock", segment])
    }
  }

  @Test(
    arguments: [
      ("/v1/orders?x=1?y", "/v1/orders", "x=1?y"), ("/v1/orders", "/v1/orders", nil),
      ("/v1/orders?", "/v1/orders", ""), ("http://edge:8080/v1/orders?x", "/v1/orders", "x"),
      ("HTTPS://edge", "/", nil), ("http://edge?x", "/", "x"), ("*", "*", nil), ("", "", nil),
    ] as [(String, String, String?)])
  func `a target is cut at its first question mark`(target: String, path: String, query: String?) {
    let cut = RequestTarget(target)
    #expect(cut.path == path)
    #expect(cut.query.map(String.init) == query)
  }
}
