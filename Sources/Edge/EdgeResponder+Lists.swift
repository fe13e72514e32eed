internal import Contracts
internal import RPC

/// Lists, a page at a time.
extension EdgeResponder {
  /// `GET /v1/stock?page_size=&page_token=`
  func listStock(_ input: RequestInput) async throws(Problem) -> Answer {
    let page = try read { () throws(InputError) in try Page(input.query) }
    let request = ListStockRequest(pageSize: page.size, pageToken: page.token)
    let (response, _) = try await list(input) { (call) throws(RPCError) in
      try await inventory.listStock(request, call)
    }
    return Answer(json: try write { () throws(BoundError) in try StockJSON.list(response) })
  }

  /// `GET /v1/orders?customer_id=&status=&page_size=&page_token=`
  func listOrders(_ input: RequestInput) async throws(Problem) -> Answer {
    let request = try read { () throws(InputError) in
      let page = try Page(input.query)
      guard let customer = input.query["customer_id"] else { throw .missing("query.customer_id") }
      guard VisibleASCII.isValid(customer, bytes: 1...VisibleASCII.bytesMax) else {
        throw InputError(
          .invalidValue, at: "query.customer_id",
          "must have from 1 to \(VisibleASCII.bytesMax) visible ASCII characters")
      }
      return ListOrdersRequest(
        customerID: customer, status: try OrderJSON.status(input.query["status"]),
        pageSize: page.size, pageToken: page.token)
    }
    let (response, _) = try await list(input) { (call) throws(RPCError) in
      try await orders.listOrders(request, call)
    }
    return Answer(json: try write { () throws(BoundError) in try OrderJSON.list(response) })
  }

  /// A token that the service does not take has a reason of its own here.
  private func list<Response: Sendable>(
    _ input: RequestInput, _ send: (CallContext) async throws(RPCError) -> Response
  ) async throws(Problem) -> (Response, CallContext) {
    do throws(Problem) {
      return try await call(input.exchange, jsonPath: { "query.\($0)" }, send)
    } catch {
      guard error.status == 400, error.errors.map(\.path) == ["query.page_token"] else {
        throw error
      }
      throw Problem(Page.invalidToken)
    }
  }
}
