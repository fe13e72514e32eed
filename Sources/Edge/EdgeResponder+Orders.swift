internal import Contracts
internal import Logging
internal import NIOHTTP1
internal import RPC

extension EdgeResponder {
  /// The trailer of a PlaceOrder that repeats an earlier answer.
  private static let replayedTrailer = "orderly-replayed"

  /// `POST /v1/orders`
  func placeOrder(_ input: RequestInput) async throws(Problem) -> Answer {
    let request = try read { () throws(InputError) in
      let request = try OrderJSON.placement(input.body, key: input.key)
      if request.requestID.isEmpty, settings.keyRequired {
        throw .missing(IdempotencyKey.path)
      }
      return request
    }
    let (receipt, call) = try await call(
      input.exchange,
      jsonPath: { OrderJSON.placementPath($0, keyInHeader: input.key != nil) }
    ) { (call) throws(RPCError) in
      try await orders.placeOrder(request, call)
    }
    // The id goes into a header, so nothing but a UUID may come out of the service here.
    guard let id = OrderID(receipt.orderID) else {
      throw Problem(BoundError("orderId", receipt.orderID))
    }
    let body = try write { () throws(BoundError) in
      try OrderJSON.receipt(receipt, customerID: request.customerID)
    }
    var answer = Answer(status: 201, json: body)
    answer.add("Location", "/v1/orders/\(id)")
    answer.add("ETag", EntityTag.strong(1))
    if call.trailingMetadata[first: Self.replayedTrailer] == "true" {
      answer.add("Idempotent-Replayed", "true")
    }
    return answer
  }

  /// `GET /v1/orders/{order_id}?customer_id=`
  func readOrder(_ input: RequestInput) async throws(Problem) -> Answer {
    let request = try read { () throws(InputError) in
      let (id, customer) = try Self.order(input)
      var request = GetOrderRequest()
      request.orderID = id
      request.customerID = customer
      return request
    }
    let (order, _) = try await call(
      input.exchange,
      jsonPath: { $0 == "customer_id" ? "query.customer_id" : "path.order_id" }
    ) { (call) throws(RPCError) in
      try await orders.getOrder(request, call)
    }
    let body = try write { () throws(BoundError) in try OrderJSON.order(order) }
    let tag = EntityTag.strong(order.version)
    guard !EntityTag.matches(ifNoneMatch: input.exchange.headers["If-None-Match"], tag) else {
      var answer = Answer(status: 304)
      answer.add("ETag", tag)
      return answer
    }
    var answer = Answer(json: body)
    answer.add("ETag", tag)
    return answer
  }

  /// `POST /v1/orders/{order_id}/cancel?customer_id=`
  func cancelOrder(_ input: RequestInput) async throws(Problem) -> Answer {
    let request = try read { () throws(InputError) in
      var request = CancelOrderRequest()
      (request.orderID, request.customerID) = try Self.order(input)
      request.expectedVersion =
        try EntityTag.version(ifMatch: input.exchange.headers["If-Match"]) ?? 0
      if let reason = try OrderJSON.cancelReason(input.body) {
        logger.info(
          "an order is to be cancelled",
          metadata: [
            "orderId": "\(request.orderID)", "reason": "\(reason)",
            "requestId": "\(input.exchange.requestID)",
          ])
      }
      return request
    }
    do throws(Problem) {
      let (order, _) = try await call(
        input.exchange,
        jsonPath: { field in
          switch field {
          case "customer_id": "query.customer_id"
          case "expected_version": "header.If-Match"
          default: "path.order_id"
          }
        }
      ) { (call) throws(RPCError) in
        try await orders.cancelOrder(request, call)
      }
      let body = try write { () throws(BoundError) in try OrderJSON.order(order) }
      var answer = Answer(json: body)
      answer.add("ETag", EntityTag.strong(order.version))
      return answer
    } catch {
      guard request.expectedVersion != 0, error.reason == ErrorReason.versionMismatch.rawValue
      else { throw error }
      // The client's own condition failed. (RFC 9110 §15.5.13)
      throw error.changing(status: 412)
    }
  }

  private static func order(
    _ input: RequestInput
  ) throws(InputError) -> (id: String, customer: String) {
    guard let id = OrderID(input.variable("order_id")) else {
      throw InputError(.invalidValue, at: "path.order_id", "must be a UUID")
    }
    let customer = input.query["customer_id"] ?? ""
    guard VisibleASCII.isValid(customer, bytes: 0...VisibleASCII.bytesMax) else {
      throw InputError(
        .invalidValue, at: "query.customer_id",
        "must have from 1 to \(VisibleASCII.bytesMax) visible ASCII characters")
    }
    return (id.description, customer)
  }
}
