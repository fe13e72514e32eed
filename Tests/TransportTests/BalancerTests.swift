import RPC
import Testing

@testable import Transport

@Suite struct BalancerTests {
  /// A connection as the balancer sees one.
  final class Link: BalancedLink {
    var hasRoom = true
  }

  typealias Actions = [BalancerAction<Link>]

  static let refused = RPCError(.unavailable, "connect to a:1: connection refused")
  static let gone = RPCError(.unavailable, "connection lost")

  static func endpoint(_ number: Int) -> Endpoint {
    // The tests make only numbers that are ports.
    HostPort("10.0.0.7:\(number)").flatMap { Endpoint($0) } ?? Endpoint(socketPath: "/none")!
  }

  static func balancer(
    _ balancing: Balancing = .pickFirst, _ addresses: Int = 1, linksMax: Int = 1
  ) -> Balancer<Link> {
    var balancer = Balancer<Link>(
      balancing, linksPerAddressMax: linksMax, backoff: Backoff.Settings())
    balancer.resolved((1...addresses).map(endpoint))
    return balancer
  }

  static func actions(_ balancer: inout Balancer<Link>) -> Actions {
    var actions: Actions = []
    while let action = balancer.nextAction() { actions.append(action) }
    return actions
  }

  /// A balancer of which the given addresses are ready.
  static func ready(
    _ balancing: Balancing, _ addresses: Int, linksMax: Int = 1
  ) -> (Balancer<Link>, [Link]) {
    var balancer = balancer(balancing, addresses, linksMax: linksMax)
    _ = balancer.wait()
    let links = (0..<addresses).map { _ in Link() }
    for (index, link) in links.enumerated() where balancing == .roundRobin || index == 0 {
      balancer.connected(link, to: endpoint(index + 1))
    }
    _ = actions(&balancer)
    return (balancer, links)
  }

  @Test func `the first call connects, those after it wait, and then calls are sent`() {
    var balancer = Self.balancer()
    #expect(balancer.pick() == nil)
    var failure = balancer.wait()
    #expect(failure == nil && balancer.state == .connecting)
    #expect(
      Self.actions(&balancer) == [.resolve(isNeeded: false), .connect(Self.endpoint(1))])
    failure = balancer.wait()
    #expect(failure == nil && Self.actions(&balancer).isEmpty)
    let link = Link()
    balancer.connected(link, to: Self.endpoint(1))
    #expect(Self.actions(&balancer) == [.serveWaiting])
    #expect(balancer.pick() === link && balancer.state == .ready)
  }

  @Test func `addresses are tried in order before anything fails`() {
    var balancer = Self.balancer(.pickFirst, 3)
    _ = balancer.wait()
    _ = Self.actions(&balancer)
    balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(2))])
    balancer.attemptFailed(Self.endpoint(2), Self.refused, random: 0)
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(3))])
    var failure = balancer.wait()
    #expect(failure == nil)
    balancer.attemptFailed(Self.endpoint(3), Self.refused, random: 0)
    #expect(
      Self.actions(&balancer) == [
        .failWaiting(Self.refused), .connectLater(nil, .seconds(1)), .resolve(isNeeded: false),
      ])
    failure = balancer.wait()
    #expect(failure == Self.refused)
    balancer.gapElapsed(nil)
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(1))])
    failure = balancer.wait()
    #expect(failure == Self.refused, "until one is ready")
  }

  @Test func `gaps grow by 1.6 up to two minutes, within a fifth, and fall back when ready`() {
    var balancer = Self.balancer()
    _ = balancer.wait()
    var expected = Duration.seconds(1)
    for round in 0..<20 {
      _ = Self.actions(&balancer)
      let random = [-1.0, 0, 1][round % 3]
      balancer.attemptFailed(Self.endpoint(1), Self.refused, random: random)
      let gaps = Self.actions(&balancer).compactMap { action -> Duration? in
        if case .connectLater(nil, let gap) = action { gap } else { nil }
      }
      let wanted = expected * (1 + 0.2 * random)
      #expect(gaps.count == 1 && abs((gaps[0] / wanted) - 1) < 1e-9)
      expected = min(expected * 1.6, .seconds(120))
      balancer.gapElapsed(nil)
    }
    let link = Link()
    balancer.connected(link, to: Self.endpoint(1))
    balancer.lost(link, Self.gone)
    #expect(balancer.state == .idle)
    _ = balancer.wait()
    _ = Self.actions(&balancer)
    balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
    #expect(Self.actions(&balancer).contains(.connectLater(nil, .seconds(1))))
  }

  @Test func `a failure that is told twice counts once`() {
    var balancer = Self.balancer(.pickFirst, 2)
    _ = balancer.wait()
    _ = Self.actions(&balancer)
    balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
    balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(2))])
  }

  @Test func `a shutdown is final from every state`() {
    for steps in 0..<4 {
      var balancer = Self.balancer()
      let link = Link()
      if steps > 0 { _ = balancer.wait() }
      if steps == 2 { balancer.connected(link, to: Self.endpoint(1)) }
      if steps == 3 { balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0) }
      balancer.shutdown()
      let failure = balancer.wait()
      #expect(failure == Balancer<Link>.shutdownError)
      balancer.lost(link, Self.gone)
      balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
      balancer.gapElapsed(nil)
      balancer.gapElapsed(Self.endpoint(1))
      balancer.resolved([Self.endpoint(2)])
      balancer.rest()
      #expect(Self.actions(&balancer).isEmpty)
      let late = Link()
      balancer.connected(late, to: Self.endpoint(1))
      #expect(Self.actions(&balancer) == [.drain(late)])
      #expect(balancer.state == .shutdown)
    }
  }

  // MARK: round_robin

  @Test func `in turn each ready address gets its share`() {
    var (balancer, links) = Self.ready(.roundRobin, 3)
    var counts = [0, 0, 0]
    func count(_ picks: Int) {
      for _ in 0..<picks {
        let link = balancer.pick()
        if let index = links.firstIndex(where: { $0 === link }) { counts[index] += 1 }
      }
    }
    count(100)
    #expect(counts.max()! - counts.min()! <= 1 && counts.reduce(0, +) == 100)
    // The one before the last must not get the share of the lost one as well.
    balancer.lost(links[0], Self.gone)
    counts = [0, 0, 0]
    count(100)
    #expect(counts == [0, 50, 50])
  }

  @Test func `all addresses are connected to, and a lost one is again, not sooner than its gap`() {
    var balancer = Self.balancer(.roundRobin, 2)
    _ = balancer.wait()
    #expect(
      Self.actions(&balancer) == [
        .resolve(isNeeded: false), .connect(Self.endpoint(1)), .connect(Self.endpoint(2)),
      ])
    let link = Link()
    balancer.connected(link, to: Self.endpoint(1))
    balancer.lost(link, Self.gone)
    #expect(
      Self.actions(&balancer) == [
        .serveWaiting, .resolve(isNeeded: false),
        .connectLater(Self.endpoint(1), .seconds(1)),
      ])
    #expect(balancer.state == .connecting)
    balancer.gapElapsed(Self.endpoint(1))
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(1))])
  }

  @Test func `calls fail only when every address has`() {
    var balancer = Self.balancer(.roundRobin, 2)
    _ = balancer.wait()
    _ = Self.actions(&balancer)
    balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
    #expect(balancer.state == .connecting)
    #expect(Self.actions(&balancer) == [.connectLater(Self.endpoint(1), .seconds(1))])
    balancer.attemptFailed(Self.endpoint(2), Self.refused, random: 0)
    #expect(balancer.state == .transientFailure(Self.refused))
    #expect(Self.actions(&balancer).contains(.failWaiting(Self.refused)))
    balancer.gapElapsed(Self.endpoint(1))
    #expect(balancer.state == .transientFailure(Self.refused), "also while it is tried again")
    balancer.connected(Link(), to: Self.endpoint(1))
    #expect(balancer.state == .ready)
  }

  // MARK: health

  @Test func `a connection takes calls while its server serves`() {
    var balancer = Self.balancer(.roundRobin, 1)
    _ = balancer.wait()
    _ = Self.actions(&balancer)
    let link = Link()
    balancer.connected(link, to: Self.endpoint(1), isHealthy: false)
    #expect(balancer.pick() == nil && balancer.state == .connecting)
    balancer.health(of: link, nil)
    #expect(balancer.pick() === link && Self.actions(&balancer) == [.serveWaiting])
    balancer.health(of: link, Self.gone)
    #expect(balancer.pick() == nil && balancer.state == .transientFailure(Self.gone))
    balancer.health(of: link, nil)
    #expect(balancer.pick() === link)
    balancer.lost(link, Self.gone)
    balancer.health(of: link, nil)
    #expect(balancer.pick() == nil, "a late answer brings nothing back")
  }

  // MARK: full connections

  @Test func `a full address gets further connections, one attempt at a time, up to the limit`() {
    var (balancer, links) = Self.ready(.pickFirst, 1, linksMax: 2)
    links[0].hasRoom = false
    #expect(balancer.pick() == nil)
    _ = balancer.wait()
    _ = balancer.wait()
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(1))])
    let second = Link()
    balancer.connected(second, to: Self.endpoint(1))
    #expect(Self.actions(&balancer) == [.serveWaiting])
    #expect(balancer.pick() === second)
    second.hasRoom = false
    let failure = balancer.wait()
    #expect(failure == nil && Self.actions(&balancer).isEmpty)
    links[0].hasRoom = true
    second.hasRoom = true
    #expect(balancer.pick() === links[0], "the oldest is filled first")
    balancer.lost(links[0], Self.gone)
    #expect(balancer.state == .ready && balancer.pick() === second)
  }

  @Test func `a further connection that fails is tried again after its gap, when a call wants it`()
  {
    var (balancer, links) = Self.ready(.pickFirst, 1, linksMax: 2)
    links[0].hasRoom = false
    _ = balancer.wait()
    _ = Self.actions(&balancer)
    balancer.attemptFailed(Self.endpoint(1), Self.refused, random: 0)
    #expect(Self.actions(&balancer) == [.connectLater(Self.endpoint(1), .seconds(1))])
    #expect(balancer.state == .ready)
    _ = balancer.wait()
    balancer.gapElapsed(Self.endpoint(1))
    #expect(Self.actions(&balancer).isEmpty)
    _ = balancer.wait()
    #expect(Self.actions(&balancer) == [.connect(Self.endpoint(1))])
  }

  // MARK: addresses

  @Test func `a new answer drains what is gone and connects to what is new`() {
    var (balancer, links) = Self.ready(.roundRobin, 2)
    balancer.resolved([Self.endpoint(2), Self.endpoint(3)])
    #expect(Self.actions(&balancer) == [.drain(links[0]), .connect(Self.endpoint(3))])
    #expect(balancer.pick() === links[1])
    let late = Link()
    balancer.connected(late, to: Self.endpoint(1))
    #expect(Self.actions(&balancer) == [.drain(late)], "the attempt was under way")
  }

  @Test func `a failed answer keeps the old addresses, and without any calls fail`() {
    var (balancer, links) = Self.ready(.pickFirst, 1)
    balancer.resolveFailed(Self.gone, random: 0)
    #expect(balancer.pick() === links[0])
    var empty = Balancer<Link>(.pickFirst, backoff: Backoff.Settings())
    _ = empty.wait()
    #expect(Self.actions(&empty) == [.resolve(isNeeded: true)])
    empty.resolveFailed(Self.gone, random: 0)
    #expect(
      Self.actions(&empty) == [.failWaiting(Self.gone), .connectLater(nil, .seconds(1))])
    empty.gapElapsed(nil)
    #expect(Self.actions(&empty) == [.resolve(isNeeded: true)])
    empty.resolved([Self.endpoint(1)])
    #expect(Self.actions(&empty) == [.connect(Self.endpoint(1))])
  }

  @Test func `rest closes everything until the next call`() {
    var (balancer, links) = Self.ready(.roundRobin, 2)
    balancer.rest()
    #expect(Self.actions(&balancer) == links.map { .drain($0) } && balancer.state == .idle)
    balancer.lost(links[0], Self.gone)
    #expect(Self.actions(&balancer).isEmpty)
    _ = balancer.wait()
    #expect(
      Self.actions(&balancer).contains(.connect(Self.endpoint(2)))
        && balancer.state == .connecting)
  }
}
