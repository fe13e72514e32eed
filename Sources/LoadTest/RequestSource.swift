/// Turns what the workload draws into requests on the wire.
struct RequestSource: Sendable {
  let workload: Workload
  private let method: RawMethod?

  init(_ workload: Workload) {
    self.workload = workload
    if case .method(let method) = workload.settings.content {
      self.method = method
    } else {
      method = nil
    }
  }

  /// Request number `index`, byte for byte the same on each call.
  func request(at index: UInt64) -> LoadRequest {
    switch workload.draw(index) {
    case .checkStock(let lines): checkStock(lines)
    case .placeOrder(let order): placeOrder(order)
    case .raw(let body):
      LoadRequest(
        kind: .raw, role: .target, path: method?.path ?? "", body: method?.bodies[body] ?? [])
    }
  }
}
