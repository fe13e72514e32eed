internal import Contracts
internal import RPC

extension EdgeResponder {
  /// Who an adjustment is booked on as long as callers are not told apart.
  private static let actor = "edge"

  /// `GET /v1/stock?sku=A&sku=B`; without a SKU it is a list of all.
  func checkStock(_ input: RequestInput) async throws(Problem) -> Answer {
    var skus: [String] = []
    for sku in input.query.values("sku") where !skus.contains(sku) { skus.append(sku) }
    if skus.isEmpty { return try await listStock(input) }
    for name in ["page_size", "page_token"] where input.query[name] != nil {
      throw Problem(
        InputError(.invalidValue, at: "query.\(name)", "does not go together with sku"))
    }
    let response = try await levels(of: skus, input, path: "query.sku")
    return Answer(json: try write { () throws(BoundError) in try StockJSON.levels(response) })
  }

  /// `GET /v1/stock/{sku}`
  func readStock(_ input: RequestInput) async throws(Problem) -> Answer {
    let sku = input.variable("sku")
    let response = try await levels(of: [sku], input, path: "path.sku")
    guard let answer = response.lines.first, answer.known else {
      throw Problem(
        status: 404, .notFound, ErrorReason.skuUnknown.rawValue, "There is no SKU \(sku).")
    }
    return Answer(json: try write { () throws(BoundError) in try StockJSON.level(answer) })
  }

  private func levels(
    of skus: [String], _ input: RequestInput, path: String
  ) async throws(Problem) -> CheckStockResponse {
    let request = StockJSON.question(skus)
    let (response, _) = try await call(input.exchange, jsonPath: { _ in path }) {
      (call) throws(RPCError) in
      try await inventory.checkStock(request, call)
    }
    guard response.lines.map(\.sku) == skus else {
      throw Problem(RPCError(.internalError, "CheckStock answered other SKUs than were asked"))
    }
    return response
  }

  /// `POST /v1/stock/{sku}/adjustments`
  func adjustStock(_ input: RequestInput) async throws(Problem) -> Answer {
    let request = try read { () throws(InputError) in
      try StockJSON.adjustment(input.body, sku: input.variable("sku"), actor: Self.actor)
    }
    let (response, _) = try await call(
      input.exchange, jsonPath: StockJSON.adjustmentPath
    ) { (call) throws(RPCError) in
      try await inventory.adjustStock(request, call)
    }
    guard response.items.count == 1, let figure = response.items.first else {
      throw Problem(RPCError(.internalError, "AdjustStock answered \(response.items.count) items"))
    }
    return Answer(json: try write { () throws(BoundError) in try StockJSON.figure(figure) })
  }
}
