import Testing

@testable import Transport

@Suite struct ClientKeepaliveTests {
  private static func seconds(_ seconds: UInt64) -> UInt64 { seconds * 1_000_000_000 }

  private static func keepalive(withoutCalls: Bool = false) -> ClientKeepalive {
    ClientKeepalive(time: .seconds(100), timeout: .seconds(20), withoutCalls: withoutCalls)
  }

  @Test func `a silent server is asked, counted from the last byte, and given up`() {
    var keepalive = Self.keepalive()
    let actions = [60, 100, 110, 120].map {
      keepalive.check(now: Self.seconds($0), lastRead: 0, hasCalls: true)
    }
    #expect(actions == [.wait(.seconds(40)), .ping(.seconds(20)), .wait(.seconds(10)), .close])
  }

  @Test func `any byte answers`() {
    var keepalive = Self.keepalive()
    let asked = keepalive.check(now: Self.seconds(100), lastRead: 0, hasCalls: true)
    #expect(asked == .ping(.seconds(20)))
    let answered = keepalive.check(
      now: Self.seconds(120), lastRead: Self.seconds(119), hasCalls: true)
    #expect(answered == .wait(.seconds(99)))
  }

  @Test func `without calls it rests, and the call that ends a long rest asks first`() {
    var keepalive = Self.keepalive()
    let resting = keepalive.check(now: Self.seconds(500), lastRead: 0, hasCalls: false)
    #expect(resting == .rest)
    let begun = keepalive.check(now: Self.seconds(501), lastRead: 0, hasCalls: true)
    #expect(begun == .ping(.seconds(20)))
    let second = keepalive.check(now: Self.seconds(502), lastRead: 0, hasCalls: true)
    #expect(second == .wait(.seconds(19)), "one PING for all that begin")
  }

  @Test func `a server that owes an answer is given up though its last call has ended`() {
    var keepalive = Self.keepalive()
    _ = keepalive.check(now: Self.seconds(100), lastRead: 0, hasCalls: true)
    let action = keepalive.check(now: Self.seconds(120), lastRead: 0, hasCalls: false)
    #expect(action == .close)
  }

  @Test func `it can be kept without calls`() {
    var keepalive = Self.keepalive(withoutCalls: true)
    let action = keepalive.check(now: Self.seconds(100), lastRead: 0, hasCalls: false)
    #expect(action == .ping(.seconds(20)))
  }
}
