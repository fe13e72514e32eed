internal import Contracts
internal import RPC
internal import Wire

/// Turns what the workload draws into requests on the wire.
struct RequestSource: Sendable {
  let workload: Workload
  /// Everything goes to the edge, in its form.
  private let isREST: Bool
  private let method: RawMethod?
  /// The user's own messages are sealed once: to send one costs no allocation.
  private let sealedBodies: [[UInt8]]

  init(_ workload: Workload, overREST isREST: Bool = false) {
    self.workload = workload
    self.isREST = isREST
    if case .method(let method) = workload.settings.content {
      self.method = method
      sealedBodies = method.bodies.map(LoadRequest.seal)
    } else {
      method = nil
      sealedBodies = []
    }
  }

  /// Request number `index`. But for those that ask for an order that was answered, it is byte for
  /// byte the same on each call.
  func request(at index: UInt64, recent: inout RecentOrders) -> LoadRequest {
    switch workload.draw(index) {
    case .checkStock(let lines): checkStock(lines)
    case .placeOrder(let order): placeOrder(order)
    case .getOrder(let choice): getOrder(recent.pick(choice), index)
    case .listOrders(let customer): listOrders(customer)
    case .cancelOrder: cancelOrder(recent.takeOldest(), index)
    case .raw(let body):
      LoadRequest(kind: .raw, role: .target, path: path(of: .raw), sealed: sealedBodies[body])
    }
  }

  /// Which server request number `index` goes to, without making its message.
  func role(at index: UInt64) -> ServerRole {
    isREST ? .edge : Self.role(of: workload.kind(index))
  }

  static func role(of kind: RequestKind) -> ServerRole {
    switch kind {
    case .checkStock: .inventory
    case .placeOrder, .getOrder, .listOrders, .cancelOrder: .orders
    case .raw: .target
    }
  }

  /// One message as an RPC, or as the edge takes it.
  func request(
    _ kind: RequestKind, _ message: some WireMessage, _ rest: @autoclosure () -> RESTRequest,
    required: RequiredAnswer? = nil
  ) -> LoadRequest {
    guard isREST else {
      return LoadRequest(
        kind: kind, role: Self.role(of: kind), path: path(of: kind),
        sealed: Self.sealed(message), required: required)
    }
    let rest = rest()
    return LoadRequest(
      kind: kind, role: .edge, path: rest.target, sealed: [], required: required, rest: rest)
  }

  private static func sealed(_ message: some WireMessage) -> [UInt8] {
    var writer = WireWriter(reserving: Envelope.byteCount)
    message.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes)
    return bytes
  }

  func path(of kind: RequestKind) -> String {
    switch kind {
    case .checkStock: InventoryAPI.checkStock.path
    case .placeOrder: OrdersAPI.placeOrder.path
    case .getOrder: OrdersAPI.getOrder.path
    case .listOrders: OrdersAPI.listOrders.path
    case .cancelOrder: OrdersAPI.cancelOrder.path
    case .raw: method?.path ?? ""
    }
  }
}
