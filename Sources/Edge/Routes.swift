/// The one table from which routing, `Allow` and the route names of metrics come.
struct Routes: Sendable {
  /// A path and what its methods do. A path without methods is reserved: it is never served, and a
  /// pattern with a variable does not get it either.
  struct Route: Sendable {
    let pattern: PathPattern
    let operations: [String: Operation]
    /// Every method of the path, alphabetically, as `Allow` lists them. (RFC 9110 §10.2.1)
    let allow: String

    init(_ template: String, _ operations: [String: Operation] = [:]) {
      pattern = PathPattern(template)
      self.operations = operations
      let methods = operations.keys + (operations["GET"] == nil ? [] : ["HEAD"])
      allow = methods.sorted().joined(separator: ", ")
    }
  }

  enum Match: Sendable {
    case none
    /// The path is known and has `operation` under this method; `HEAD` is answered as `GET` is.
    case operation(Operation, Route, segments: [String])
    /// `OPTIONS` on a known path.
    case options(Route)
    case otherMethod(Route)
    case reserved(Route)
  }

  static let all = Routes([
    Route("/v1/stock", ["GET": .checkStock]),
    Route("/v1/stock/{sku}", ["GET": .readStock]),
    Route("/v1/stock/events"),
    Route("/v1/stock/{sku}/adjustments", ["POST": .adjustStock]),
    Route("/v1/orders", ["GET": .listOrders, "POST": .placeOrder]),
    Route("/v1/orders/{order_id}", ["GET": .readOrder]),
    Route("/v1/orders/{order_id}/cancel", ["POST": .cancelOrder]),
    Route("/v1/orders/events"),
    Route("/livez", ["GET": .tellAlive]),
    Route("/readyz", ["GET": .tellReady]),
  ])

  let routes: [Route]

  init(_ routes: [Route]) {
    self.routes = routes
  }

  /// - Parameter path: As the client sent it, still percent-encoded, without the query.
  func match(method: String, path: String) -> Match {
    guard let segments = PathPattern.split(path) else { return .none }
    var best: (route: Route, isLiteral: [Bool])?
    for route in routes {
      guard let isLiteral = route.pattern.match(segments) else { continue }
      guard let current = best else {
        best = (route, isLiteral)
        continue
      }
      // The first segment in which they differ decides, and a literal wins over a variable.
      let difference = zip(isLiteral, current.isLiteral).first { $0 != $1 }
      if difference?.0 == true { best = (route, isLiteral) }
    }
    guard let route = best?.route else { return .none }
    if route.operations.isEmpty { return .reserved(route) }
    if let operation = route.operations[method == "HEAD" ? "GET" : method] {
      return .operation(operation, route, segments: segments)
    }
    return method == "OPTIONS" ? .options(route) : .otherMethod(route)
  }
}
