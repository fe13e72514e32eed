import Testing

@testable import Transport

/// The small machines of a server's connection, without a socket or a clock.
@Suite struct ConnectionStatesTests {
  private static func seconds(_ seconds: UInt64) -> UInt64 { seconds * 1_000_000_000 }

  @Test func `a drain is announced once and closes with the answer to its PING`() {
    var drain = DrainState()
    var isFirst = drain.begin(.age)
    #expect(isFirst)
    isFirst = drain.begin(.shutdown)
    #expect(!isFirst && drain.reason == .age)
    var closes = drain.pingAcknowledged(1)
    #expect(!closes && drain.phase == .announced)
    closes = drain.pingAcknowledged(DrainState.pingPayload)
    #expect(closes && drain.phase == .closing)
    closes = drain.close()
    #expect(!closes)
  }

  @Test func `the third PING too soon is one too many`() {
    var strikes = PingStrikes(intervalMin: .seconds(300), isAllowedWithoutCalls: false)
    let verdicts = (0..<4).map { strikes.ping(now: Self.seconds(1000 + $0), hasCalls: true) }
    #expect(verdicts == [false, false, false, true])
  }

  @Test func `what this side sends forgives all strikes`() {
    var strikes = PingStrikes(intervalMin: .seconds(300), isAllowedWithoutCalls: false)
    for second in 0..<100 as Range<UInt64> {
      if second % 3 == 0 { strikes.forgive() }
      let isOneTooMany = strikes.ping(now: Self.seconds(second), hasCalls: true)
      #expect(!isOneTooMany)
    }
  }

  @Test func `a PING at the interval is valid, and two hours are the interval without calls`() {
    var busy = PingStrikes(intervalMin: .seconds(300), isAllowedWithoutCalls: false)
    for number in 0..<10 as Range<UInt64> {
      let isOneTooMany = busy.ping(now: Self.seconds(number * 300), hasCalls: true)
      #expect(!isOneTooMany)
    }
    var idle = PingStrikes(intervalMin: .seconds(300), isAllowedWithoutCalls: false)
    let verdicts = [0, 7000, 7100, 7199].map { idle.ping(now: Self.seconds($0), hasCalls: false) }
    #expect(verdicts == [false, false, false, true])
    var allowed = PingStrikes(intervalMin: .seconds(300), isAllowedWithoutCalls: true)
    let all = (0..<9).map { allowed.ping(now: Self.seconds($0 * 300), hasCalls: false) }
    #expect(!all.contains(true))
  }

  @Test func `a silent peer is asked, and given up when it does not answer`() {
    var keepalive = ServerKeepalive(time: .seconds(100), timeout: .seconds(20))
    #expect(keepalive.check(now: Self.seconds(60), lastRead: 0) == .wait(.seconds(40)))
    #expect(keepalive.check(now: Self.seconds(100), lastRead: 0) == .ping(.seconds(20)))
    #expect(keepalive.check(now: Self.seconds(110), lastRead: 0) == .wait(.seconds(10)))
    #expect(keepalive.check(now: Self.seconds(120), lastRead: 0) == .close)
  }

  @Test func `any byte answers`() {
    var keepalive = ServerKeepalive(time: .seconds(100), timeout: .seconds(20))
    #expect(keepalive.check(now: Self.seconds(100), lastRead: 0) == .ping(.seconds(20)))
    let action = keepalive.check(now: Self.seconds(120), lastRead: Self.seconds(105))
    #expect(action == .wait(.seconds(85)))
  }

  @Test func `a call stands still when less than a kibibyte moves in the time allowed`() {
    var watch = StallWatch()
    var verdicts: [Bool] = []
    // A byte every ten seconds.
    for step in 0...6 {
      verdicts.append(
        watch.look(
          now: Self.seconds(UInt64(step) * 10), moved: step, isWaiting: true, limit: .seconds(60)))
    }
    #expect(verdicts == [false, false, false, false, false, false, true])
  }

  @Test func `progress, and waiting for this side, start the time anew`() {
    var moving = StallWatch()
    for step in 0..<20 {
      let isStalled = moving.look(
        now: Self.seconds(UInt64(step) * 50), moved: step * 1024, isWaiting: true,
        limit: .seconds(60))
      #expect(!isStalled)
    }
    var resting = StallWatch()
    for step in 0..<20 {
      let isStalled = resting.look(
        now: Self.seconds(UInt64(step) * 50), moved: 0, isWaiting: step % 2 == 0,
        limit: .seconds(60))
      #expect(!isStalled)
    }
  }
}
