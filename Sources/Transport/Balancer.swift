internal import RPC

/// Which addresses to connect to, and which connection takes a call.
///
///             call                connected, SETTINGS read
///     idle ─────────▶ connecting ─────────────────────────▶ ready
///      ▲                │    ▲                                │
///      │                │    └────────── gap over ──────┐     │ last connection lost, GOAWAY
///      │   all failed   ▼                               │     │
///      │            transientFailure ───────────────────┘     │
///      └────────────────────────────────── pick_first ────────┘  round_robin ──▶ connecting
///     any ── shutdown ──▶ shutdown
///
/// `pick_first` tries the addresses one after the other and keeps the first that gets ready.
/// `round_robin` keeps a connection to each and gives calls to those that are ready in turn. Both
/// open further connections to an address whose streams are all taken, as far as they are allowed.
///
/// Calls wait in idle and connecting; in transientFailure and shutdown they fail at once.
/// Connecting goes on for ever. (gRPC connectivity-semantics-and-api.md; gRFC A62, A105)
struct Balancer<Link: BalancedLink> {
  typealias Action = BalancerAction<Link>
  typealias Place = BalancedPlace<Link>

  let balancing: Balancing
  private let linksMax: Int
  private let backoffSettings: Backoff.Settings
  private(set) var state = ChannelState.idle
  private(set) var places: [Place] = []
  /// Where the next pick begins.
  private var cursor = 0
  /// Of `pick_first`, which tries all addresses before it pauses.
  private var backoff: Backoff
  private var actions: [Action] = []

  init(_ balancing: Balancing, linksPerAddressMax: Int = 1, backoff: Backoff.Settings) {
    self.balancing = balancing
    linksMax = max(1, linksPerAddressMax)
    backoffSettings = backoff
    self.backoff = Backoff(backoff)
  }

  static var shutdownError: RPCError {
    RPCError(.unavailable, "the client has been shut down", isRetrySafe: true)
  }

  var hasActions: Bool { !actions.isEmpty }

  /// What to do after an event, one after the other until there is none.
  mutating func nextAction() -> Action? { actions.isEmpty ? nil : actions.removeFirst() }

  // MARK: Calls

  /// A connection for one call. Turns count from the one taken last, so that those that are not
  /// ready or full shift nobody's share.
  mutating func pick() -> Link? {
    var index = cursor
    for _ in places.indices {
      if index >= places.count { index = 0 }
      for link in places[index].links where link.hasRoom {
        if balancing == .roundRobin { cursor = index + 1 }
        return link
      }
      index += 1
    }
    return nil
  }

  /// A call found nothing to pick.
  /// - Returns: why it cannot wait; nil when it can.
  mutating func wait() -> RPCError? {
    switch state {
    case .idle:
      state = .connecting
      actions.append(.resolve(isNeeded: places.isEmpty))
      begin()
    case .connecting: break
    case .ready: grow()
    case .transientFailure(let error): return error
    case .shutdown: return Self.shutdownError
    }
    return nil
  }

  /// All streams are taken: one more connection to the address whose turn it is.
  private mutating func grow() {
    for offset in places.indices {
      let index = (cursor + offset) % places.count
      let place = places[index]
      guard !place.links.isEmpty, place.phase == .resting,
        place.links.count + place.unhealthy.count < linksMax
      else { continue }
      return connect(index)
    }
  }

  private mutating func begin() {
    switch balancing {
    case .pickFirst: if !places.isEmpty { connect(0) }
    case .roundRobin:
      for index in places.indices where places[index].phase == .resting { connect(index) }
    }
  }

  private mutating func connect(_ index: Int) {
    places[index].phase = .connecting
    actions.append(.connect(places[index].endpoint))
  }

  // MARK: Connections

  /// The server's SETTINGS have been read.
  /// - Parameter isHealthy: false when its health has to be asked for first.
  mutating func connected(_ link: Link, to endpoint: Endpoint, isHealthy: Bool = true) {
    guard state != .shutdown, let index = index(of: endpoint) else {
      actions.append(.drain(link))
      return
    }
    places[index].phase = .resting
    places[index].backoff.reset()
    backoff.reset()
    if isHealthy {
      places[index].failure = nil
      places[index].links.append(link)
    } else {
      places[index].unhealthy.append(link)
    }
    if balancing == .pickFirst { cursor = index }
    settle(hasMore: isHealthy)
  }

  /// - Parameter failure: nil for a server that serves.
  mutating func health(of link: Link, _ failure: RPCError?) {
    guard let index = places.firstIndex(where: { $0.holds(link) }) else { return }
    places[index].remove(link)
    places[index].failure = places[index].links.isEmpty ? failure : nil
    if let failure {
      places[index].lastError = failure
      places[index].unhealthy.append(link)
    } else {
      places[index].links.append(link)
    }
    settle(hasMore: failure == nil)
  }

  /// An attempt has ended before SETTINGS were read.
  /// - Parameters:
  ///   - error: names the address and the cause.
  ///   - random: from -1 to 1.
  mutating func attemptFailed(_ endpoint: Endpoint, _ error: RPCError, random: Double) {
    // An attempt may be told to have failed twice: by its socket, and by who lost patience with it.
    guard state != .shutdown, let index = index(of: endpoint), places[index].phase == .connecting
    else { return }
    places[index].lastError = error
    if balancing == .roundRobin || !places[index].links.isEmpty {
      places[index].phase = .pausing
      if places[index].links.isEmpty { places[index].failure = error }
      actions.append(.connectLater(endpoint, places[index].backoff.next(random: random)))
      return settle()
    }
    places[index].phase = .resting
    if places.contains(where: { !$0.links.isEmpty || $0.phase == .connecting }) { return }
    if index + 1 < places.count { return connect(index + 1) }
    fail(error, random)
  }

  /// Nothing could be reached: says so, and tries everything again after the gap.
  private mutating func fail(_ error: RPCError, _ random: Double) {
    state = .transientFailure(error)
    actions.append(.failWaiting(error))
    actions.append(.connectLater(nil, backoff.next(random: random)))
    if !places.isEmpty { actions.append(.resolve(isNeeded: false)) }
  }

  mutating func gapElapsed(_ endpoint: Endpoint?) {
    guard let endpoint else {
      guard case .transientFailure = state else { return }
      if places.isEmpty { actions.append(.resolve(isNeeded: true)) }
      if !places.contains(where: { $0.phase == .connecting }) { begin() }
      return
    }
    guard state != .shutdown, let index = index(of: endpoint), places[index].phase == .pausing
    else { return }
    places[index].phase = .resting
    // A further connection is made when a call wants it.
    if balancing == .roundRobin, places[index].links.isEmpty { connect(index) }
  }

  /// The connection takes no more calls.
  mutating func lost(_ link: Link, _ error: RPCError) {
    guard let index = places.firstIndex(where: { $0.holds(link) }) else { return }
    places[index].remove(link)
    places[index].lastError = error
    guard state != .shutdown else { return }
    actions.append(.resolve(isNeeded: false))
    if balancing == .roundRobin, places[index].phase == .resting, places[index].links.isEmpty,
      places[index].unhealthy.isEmpty
    {
      // Counted from the attempt that made the lost one: at once, unless it lived very shortly.
      places[index].failure = nil
      places[index].phase = .pausing
      actions.append(.connectLater(places[index].endpoint, backoffSettings.initial))
    }
    settle()
  }

  private func index(of endpoint: Endpoint) -> Int? {
    places.firstIndex { $0.endpoint == endpoint }
  }
}

extension Balancer {
  // MARK: Addresses

  /// Connections to addresses that are gone are drained, new addresses are connected to.
  mutating func resolved(_ endpoints: [Endpoint]) {
    guard state != .shutdown else { return }
    var old = places
    places = endpoints.map { endpoint in
      guard let index = old.firstIndex(where: { $0.endpoint == endpoint }) else {
        return Place(endpoint, backoffSettings)
      }
      return old.remove(at: index)
    }
    for place in old {
      for link in place.links + place.unhealthy { actions.append(.drain(link)) }
    }
    cursor =
      balancing == .pickFirst ? places.firstIndex { !$0.links.isEmpty } ?? 0 : 0
    switch balancing {
    case .pickFirst:
      if state != .idle, state != .ready || places.allSatisfy(\.links.isEmpty),
        !places.contains(where: { $0.phase == .connecting })
      {
        begin()
      }
    case .roundRobin:
      if state != .idle {
        for index in places.indices
        where places[index].phase == .resting && places[index].links.isEmpty
          && places[index].unhealthy.isEmpty
        { connect(index) }
      }
    }
    settle()
  }

  /// No answer: what was known stays. Without anything known, calls fail.
  mutating func resolveFailed(_ error: RPCError, random: Double) {
    guard state != .shutdown, state != .idle, places.isEmpty else { return }
    fail(error, random)
  }

  // MARK: States

  /// - Parameter hasMore: whether more can be picked than before.
  private mutating func settle(hasMore: Bool = false) {
    guard state != .shutdown else { return }
    let before = state
    if places.contains(where: { !$0.links.isEmpty }) {
      state = .ready
    } else if balancing == .pickFirst {
      if before == .ready { state = .idle }
    } else if before != .idle {
      let isTrying = places.contains {
        $0.failure == nil && ($0.phase != .resting || !$0.unhealthy.isEmpty)
      }
      if isTrying {
        state = .connecting
      } else if let error = places.lazy.compactMap(\.failure).last {
        state = .transientFailure(error)
        actions.append(.failWaiting(error))
      }
    }
    if state == .ready, hasMore || before != .ready { actions.append(.serveWaiting) }
  }

  /// No calls for long: everything is closed, until the next call.
  mutating func rest() {
    guard state != .shutdown else { return }
    for index in places.indices {
      for link in places[index].links + places[index].unhealthy { actions.append(.drain(link)) }
      places[index].links = []
      places[index].unhealthy = []
      if places[index].phase == .pausing { places[index].phase = .resting }
    }
    state = .idle
  }

  mutating func shutdown() {
    state = .shutdown
    places = []
    actions = []
  }
}
