public import Contracts
internal import Operations
public import RPC

/// `orders.v1.Orders`: requests become rules' values here, and refusals become statuses.
public final class OrderHandlers: OrdersService {
  let place: PlaceOrder
  let reader: OrderReader
  let resolver: OrderResolver
  let joined: JoinedCalls
  let relay: SettlementRelay
  let lister: OrderLister
  let watch: OrderWatch
  let deadlines: CallDeadlines

  init(
    place: PlaceOrder, reader: OrderReader, resolver: OrderResolver, joined: JoinedCalls,
    relay: SettlementRelay, lister: OrderLister, watch: OrderWatch, deadlines: CallDeadlines
  ) {
    self.place = place
    self.reader = reader
    self.resolver = resolver
    self.joined = joined
    self.relay = relay
    self.lister = lister
    self.watch = watch
    self.deadlines = deadlines
  }

  /// Trailing metadata of every OK for a key but the first.
  public static let replayedName = "orderly-replayed"

  public func placeOrder(
    _ request: PlaceOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Receipt {
    let order: NormalOrder
    do throws(InvalidRequest) {
      order = try OrderRules.normalise(
        customerID: request.customerID, requestID: request.requestID, currency: request.currency,
        lines: request.lines.map { (sku: $0.sku, quantity: $0.quantity) })
    } catch {
      throw RPCError(error)
    }
    do throws(Refusal) {
      let placement = try await placement(of: order, by: deadlines.effective(call.deadline))
      if placement.isReplay { Self.mark(call) }
      return placement.receipt
    } catch {
      throw RPCError(error)
    }
  }

  private func placement(
    of order: NormalOrder, by deadline: Deadline
  ) async throws(Refusal) -> Placement {
    guard let requestID = order.requestID else {
      return try await place(order, by: deadline)
    }
    let digest = OrderRules.bodyDigest(order)
    let orderID = OrderRules.orderID(customerID: order.customerID, requestID: requestID)
    let answer = await joined.run(orderID, digest: digest, deadline: deadline) {
      [place] deadline in
      do throws(Refusal) {
        return .success(try await place(order, as: orderID, digest, by: deadline))
      } catch {
        return .failure(error)
      }
    }
    return try answer.get()
  }

  private static func mark(_ call: CallContext) {
    var metadata = call.trailingMetadata
    // Name and value are plain ASCII, which is all that could be refused.
    try? metadata.add(replayedName, "true")
    call.trailingMetadata = metadata
  }

  public func getOrder(
    _ request: GetOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    var invalid = InvalidRequest()
    let orderID = OrderID(request.orderID)
    if orderID == nil { invalid.add("order_id", "must be a UUID of 36 characters") }
    if !VisibleASCII.isValid(request.customerID, bytes: 0...VisibleASCII.bytesMax) {
      invalid.add("customer_id", "must be at most 128 visible ASCII characters")
    }
    guard let orderID, invalid.isEmpty else { throw RPCError(invalid) }
    let stored: StoredOrder?
    do throws(WriteFailure) {
      stored = try await reader.read(orderID, deadline: deadlines.effective(call.deadline))
    } catch {
      throw RPCError(error)
    }
    // An aborted row has no body: for callers there is no such order, and another customer's is
    // not told from one that does not exist.
    guard let stored, let body = stored.body,
      request.customerID.isEmpty || request.customerID == body.customerID
    else { throw RPCError(Refusal.orderUnknown) }
    return Order(stored, body)
  }

  public func listOrders(
    _ request: ListOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ListOrdersResponse {
    try await lister.list(request, deadline: deadlines.effective(call.deadline))
  }

  public func cancelOrder(
    _ request: CancelOrderRequest, _ call: CallContext
  ) async throws(RPCError) -> Order {
    var invalid = InvalidRequest()
    let orderID = OrderID(request.orderID)
    if orderID == nil { invalid.add("order_id", "must be a UUID of 36 characters") }
    if !VisibleASCII.isValid(request.customerID, bytes: 0...VisibleASCII.bytesMax) {
      invalid.add("customer_id", "must be at most 128 visible ASCII characters")
    }
    if !(0...Int64(Int32.max)).contains(request.expectedVersion) {
      invalid.add("expected_version", "must be 0, or a version")
    }
    guard let orderID, invalid.isEmpty else { throw RPCError(invalid) }
    let wish = Cancellation(
      orderID: orderID, customerID: request.customerID.isEmpty ? nil : request.customerID,
      expectedVersion: request.expectedVersion == 0 ? nil : request.expectedVersion,
      at: place.clock.now())
    let written: OrderWritten
    do throws(WriteFailure) {
      written = try await place.writer.submit(
        .cancel(wish), deadline: deadlines.effective(call.deadline))
    } catch {
      throw RPCError(error)
    }
    guard case .cancellation(let outcome) = written else { throw RPCError(WriteFailure.unforeseen) }
    switch outcome {
    case .cancelled(let stored):
      relay.wake()
      guard let body = stored.body else { throw RPCError(WriteFailure.unforeseen) }
      return Order(stored, body)
    case .unknown: throw RPCError(Refusal.orderUnknown)
    case .illegal(let state): throw RPCError(Refusal.illegalTransition(state))
    case .versionMismatch(let current): throw RPCError(Refusal.versionMismatch(current: current))
    }
  }

  public func watchOrders(
    _ request: WatchOrdersRequest, _ replies: MessageWriter<WatchOrdersResponse>,
    _ call: CallContext
  ) async throws(RPCError) {
    try await watch.watch(request, replies)
  }

  public func resolveOrders(
    _ request: ResolveOrdersRequest, _ call: CallContext
  ) async throws(RPCError) -> ResolveOrdersResponse {
    var invalid = InvalidRequest()
    let most = DomainLimits.itemsPerCallMax
    guard (1...most).contains(request.orderIDs.count) else {
      throw RPCError(InvalidRequest("order_ids", "must be 1 to \(most)"))
    }
    var ids: [OrderID] = []
    ids.reserveCapacity(request.orderIDs.count)
    for (index, text) in request.orderIDs.enumerated() {
      if let id = OrderID(text) {
        ids.append(id)
      } else {
        invalid.add("order_ids[\(index)]", "must be a UUID of 36 characters")
      }
    }
    guard invalid.isEmpty else { throw RPCError(invalid) }
    do throws(WriteFailure) {
      let fates = try await resolver.resolve(ids, deadline: deadlines.effective(call.deadline))
      return ResolveOrdersResponse(
        resolutions: zip(ids, fates).map {
          OrderResolution(orderID: $0.description, fate: $1)
        })
    } catch {
      throw RPCError(error)
    }
  }
}
