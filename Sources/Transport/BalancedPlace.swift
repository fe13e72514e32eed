internal import RPC

/// One address of a balancer, and its connections.
struct BalancedPlace<Link: BalancedLink> {
  enum Phase: Equatable {
    case resting
    /// An attempt is under way: one at a time.
    case connecting
    /// The gap before the next attempt.
    case pausing
  }

  let endpoint: Endpoint
  /// Those that take calls, the oldest first: it is filled first.
  var links: [Link] = []
  /// Those whose health is not known, or bad.
  var unhealthy: [Link] = []
  var phase = Phase.resting
  var backoff: Backoff
  /// Why it cannot be used; until it is ready again, also while it is tried.
  var failure: RPCError?
  /// The last failure, to be looked at.
  var lastError: RPCError?

  init(_ endpoint: Endpoint, _ backoff: Backoff.Settings) {
    self.endpoint = endpoint
    self.backoff = Backoff(backoff)
  }

  func holds(_ link: Link) -> Bool {
    links.contains { $0 === link } || unhealthy.contains { $0 === link }
  }

  mutating func remove(_ link: Link) {
    links.removeAll { $0 === link }
    unhealthy.removeAll { $0 === link }
  }
}
