internal import RPC

/// What a balancer asks of its owner.
enum BalancerAction<Link: BalancedLink> {
  /// Ask for the addresses; answer with `resolved` or `resolveFailed`.
  case resolve(isNeeded: Bool)
  /// Answer with `connected` or `attemptFailed`.
  case connect(Endpoint)
  /// Call `gapElapsed` when the gap after the beginning of the last attempt is over. Nil stands for
  /// all addresses.
  case connectLater(Endpoint?, Duration)
  /// Fail the calls that wait, but for those that wait for ready.
  case failWaiting(RPCError)
  /// Something can be picked again.
  case serveWaiting
  /// Give it no more calls and close it after the last.
  case drain(Link)
}

extension BalancerAction: Equatable {
  static func == (one: Self, other: Self) -> Bool {
    switch (one, other) {
    case (.resolve(let a), .resolve(let b)): a == b
    case (.connect(let a), .connect(let b)): a == b
    case (.connectLater(let a, let gap), .connectLater(let b, let other)): a == b && gap == other
    case (.failWaiting(let a), .failWaiting(let b)): a == b
    case (.serveWaiting, .serveWaiting): true
    case (.drain(let a), .drain(let b)): a === b
    default: false
    }
  }
}
