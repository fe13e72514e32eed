internal import HTTP2
public import Wire

/// Which handler stands behind which path. It is filled before a server starts and then fixed.
///
/// Paths are compared byte for byte with what the peer sent: no case folding, no cleaning of
/// slashes, no query. A path that is only similar reaches nobody. (CVE-2026-33186)
public struct Router: Sendable {
  private var routes: [Route] = []
  /// Open addressing: index into `routes`, or -1. A power of two, at most half full.
  private var slots: [Int32] = [-1, -1]

  public init() {}

  /// Adds a unary method. A path that is there already is replaced.
  @inlinable public mutating func unary<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>,
    _ handler: @escaping @Sendable (Request, CallContext) async throws(RPCError) -> Response
  ) {
    add(.unary(method.path, handler))
  }

  /// A path that is there already is replaced.
  @usableFromInline mutating func add(_ route: Route) {
    routes.removeAll { $0.path == route.path }
    routes.append(route)
    rebuild()
  }

  /// Every path, in the order in which it was added.
  public var paths: [String] { routes.map(\.path) }

  /// The same methods behind `checks` and inside `interceptors`. What is decided for each call by
  /// having none of them is decided here, once.
  public func guarded(
    by checks: [any AdmissionCheck], within interceptors: [any CallInterceptor]
  ) -> Router {
    let chain = InterceptorChain(interceptors)
    if checks.isEmpty, chain == nil { return self }
    var router = self
    router.routes = routes.map { $0.guarded(by: checks, within: chain) }
    return router
  }

  /// The route of the path that lies in `range` of a header block.
  func route(_ range: Range<Int>, of block: HeaderBlock) -> Route? {
    let path = block.bytes.extracting(range)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(path)) & mask
    while true {
      let index = slots[slot]
      guard index >= 0 else { return nil }
      let route = routes[Int(index)]
      if block.matches(range, route.pathBytes) { return route }
      slot = (slot + 1) & mask
    }
  }

  private mutating func rebuild() {
    var count = 2
    while count < routes.count * 2 { count *= 2 }
    slots = Array(repeating: -1, count: count)
    for (index, route) in routes.enumerated() {
      let own = route.pathBytes
      var slot = Int(truncatingIfNeeded: Self.hash(own.span)) & (count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (count - 1) }
      slots[slot] = Int32(truncatingIfNeeded: index)
    }
  }

  /// Of the length and the last bytes, in which methods of one service differ. The table holds only
  /// our own paths, so a peer cannot make it collide with itself.
  private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: bytes.count)
    for index in max(0, bytes.count - 12)..<bytes.count {
      hash = hash &* 31 &+ UInt64(bytes[index])
    }
    return hash ^ hash >> 17
  }
}
