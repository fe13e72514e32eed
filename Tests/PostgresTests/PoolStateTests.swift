import Testing

@testable import Postgres

@Suite struct PoolStateTests {
  static let start = ContinuousClock.now

  static func at(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  /// A pool of which that many connections are open and the rest still opening.
  static func pool(of count: Int, open: Int) -> PoolState {
    var state = PoolState(PoolSettings(connections: count), now: start)
    for slot in 0..<open { _ = state.opened(slot) }
    return state
  }

  private func ask(
    _ state: inout PoolState, at now: Int, deadline: Int? = nil
  ) -> PoolState.Request {
    state.request(
      since: Self.at(now), deadline: deadline.map { Self.at($0) }, now: Self.at(now))
  }

  @Test func `each connection is lent once and then callers wait in line`() {
    var state = Self.pool(of: 2, open: 2)
    #expect(ask(&state, at: 0) == .lease(slot: 0))
    #expect(ask(&state, at: 0) == .lease(slot: 1))
    #expect(ask(&state, at: 0) == .wait(id: 0))
    #expect(ask(&state, at: 0) == .wait(id: 1))
    #expect(
      state.released(1, isOpen: true, now: Self.at(1), spread: 1) == .hand(slot: 1, toWaiter: 0))
    #expect(
      state.released(0, isOpen: true, now: Self.at(1), spread: 1) == .hand(slot: 0, toWaiter: 1))
    #expect(state.released(1, isOpen: true, now: Self.at(2), spread: 1) == .rest)
    #expect(ask(&state, at: 3) == .lease(slot: 1))
  }

  @Test func `a lost connection is reopened after doubling pauses up to two seconds`() {
    var state = Self.pool(of: 1, open: 1)
    #expect(ask(&state, at: 0) == .lease(slot: 0))
    let first = state.released(0, isOpen: false, now: Self.at(0), spread: 1)
    #expect(first == .reopen(slot: 0, after: .milliseconds(50)))
    let pauses = (0..<8).map { _ in state.openFailed(0, spread: 1) }
    #expect(pauses == [100, 200, 400, 800, 1600, 2000, 2000, 2000].map { .milliseconds($0) })
  }

  @Test func `the pauses spread by a fifth to either side`() {
    var low = ReconnectPause()
    var high = ReconnectPause()
    for _ in 0..<6 { (_, _) = (low.next(spread: 0.8), high.next(spread: 1.2)) }
    #expect(low.next(spread: 0.8) == .milliseconds(1600))
    #expect(high.next(spread: 1.2) == .milliseconds(2400))
  }

  @Test func `only a good statement resets the pause`() {
    var state = Self.pool(of: 1, open: 1)
    func lose() -> PoolState.Freed {
      _ = ask(&state, at: 0)
      return state.released(0, isOpen: false, now: Self.at(0), spread: 1)
    }
    #expect(lose() == .reopen(slot: 0, after: .milliseconds(50)))
    // It opens, and the first statement loses it again: such a server must not be hammered.
    _ = state.opened(0)
    #expect(lose() == .reopen(slot: 0, after: .milliseconds(100)))
    _ = state.opened(0)
    _ = ask(&state, at: 0)
    _ = state.released(0, isOpen: true, now: Self.at(0), spread: 1)
    #expect(lose() == .reopen(slot: 0, after: .milliseconds(50)))
  }

  @Test func `with no connection up a caller waits a second and no longer`() {
    var state = Self.pool(of: 2, open: 0)
    #expect(ask(&state, at: 100) == .wait(id: 0))
    #expect(state.nextExpiry == Self.at(1100))
    #expect(state.expire(now: Self.at(1099)).isEmpty)
    #expect(state.expire(now: Self.at(1100)) == [PoolState.Expired(id: 0, reason: .unavailable)])
    #expect(state.waiterCount == 0)
    #expect(state.nextExpiry == nil)
  }

  @Test func `a deadline ends the wait before that`() {
    var state = Self.pool(of: 1, open: 0)
    #expect(ask(&state, at: 0, deadline: 300) == .wait(id: 0))
    #expect(state.nextExpiry == Self.at(300))
    let expired = state.expire(now: Self.at(300))
    #expect(expired == [PoolState.Expired(id: 0, reason: .deadlineExceeded)])
    #expect(ask(&state, at: 400, deadline: 400) == .refuse(.deadlineExceeded))
  }

  @Test func `behind a connection in use a caller waits until its deadline`() {
    var state = Self.pool(of: 1, open: 1)
    _ = ask(&state, at: 0)
    #expect(ask(&state, at: 0) == .wait(id: 0))
    #expect(ask(&state, at: 0, deadline: 5000) == .wait(id: 1))
    #expect(state.nextExpiry == Self.at(5000))
    #expect(state.expire(now: Self.at(4999)).isEmpty)
    // From the loss of the last connection the second counts.
    _ = state.released(0, isOpen: false, now: Self.at(4000), spread: 1)
    #expect(!state.isUp)
    #expect(state.nextExpiry == Self.at(5000))
    let expired = state.expire(now: Self.at(5000))
    #expect(expired.map(\.id) == [0, 1])
    #expect(expired.map(\.reason) == [.unavailable, .deadlineExceeded])
  }

  @Test func `who has waited its second on a dead connection is refused at once`() {
    var state = Self.pool(of: 1, open: 0)
    let request = state.request(since: Self.at(0), deadline: nil, now: Self.at(1000))
    #expect(request == .refuse(.unavailable))
  }

  @Test func `one that opens goes to the first in line`() {
    var state = Self.pool(of: 2, open: 0)
    #expect(ask(&state, at: 0) == .wait(id: 0))
    #expect(ask(&state, at: 0) == .wait(id: 1))
    let cancels = [state.cancel(0), state.cancel(0)]
    #expect(cancels == [true, false])
    #expect(state.opened(1) == .hand(slot: 1, toWaiter: 1))
    #expect(state.opened(0) == .rest)
    #expect(state.isUp)
  }

  @Test func `the line has an end`() {
    var settings = PoolSettings(connections: 1)
    settings.waitersMax = 2
    var state = PoolState(settings, now: Self.start)
    #expect(ask(&state, at: 0) == .wait(id: 0))
    #expect(ask(&state, at: 0) == .wait(id: 1))
    #expect(ask(&state, at: 0) == .refuse(.overloaded))
  }

  @Test func `a closed pool refuses everyone and reopens nothing`() {
    var state = Self.pool(of: 1, open: 1)
    _ = ask(&state, at: 0)
    #expect(ask(&state, at: 0) == .wait(id: 0))
    #expect(state.close() == [0])
    #expect(ask(&state, at: 0) == .refuse(.closed))
    #expect(state.released(0, isOpen: false, now: Self.at(0), spread: 1) == .rest)
  }

  @Test func `a retry comes at most so many times and within its growing bound`() {
    var pause = RetryPause(retriesMax: 5)
    for bound in [2, 4, 8, 16, 32] {
      let next = pause.next()
      #expect(next.map { $0 >= .zero && $0 <= .milliseconds(bound) } == true)
    }
    #expect(pause.next() == nil)
  }
}
