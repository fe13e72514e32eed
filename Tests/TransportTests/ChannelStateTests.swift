import RPC
import Testing

@testable import Transport

@Suite struct ChannelStateTests {
  static let refused = RPCError(.unavailable, "connect to a:1: connection refused")

  static func state(_ addresses: Int = 1) -> ChannelState {
    ChannelState(addresses: addresses, backoff: Backoff.Settings())
  }

  @Test func `the first call connects, those after it wait, and then calls are sent`() {
    var state = Self.state()
    #expect(state.call() == .waitAndConnect(0))
    #expect(state.call() == .wait)
    state.connected()
    #expect(state.call() == .send)
    #expect(state.state == .ready)
  }

  @Test func `addresses are tried in order before anything fails`() {
    var state = Self.state(3)
    _ = state.call()
    #expect(state.connectFailed(Self.refused, random: 0) == .connect(1))
    #expect(state.connectFailed(Self.refused, random: 0) == .connect(2))
    #expect(state.call() == .wait)
    #expect(state.connectFailed(Self.refused, random: 0) == .backOff(Self.refused, .seconds(1)))
    #expect(state.call() == .fail(Self.refused))
  }

  @Test func `gaps grow by 1.6 up to two minutes, within a fifth, and fall back when ready`() {
    var state = Self.state()
    _ = state.call()
    var expected = Duration.seconds(1)
    for round in 0..<20 {
      let random = [-1.0, 0, 1][round % 3]
      guard case .backOff(_, let gap) = state.connectFailed(Self.refused, random: random) else {
        Issue.record("no back-off")
        return
      }
      let wanted = expected * (1 + 0.2 * random)
      #expect(abs((gap / wanted) - 1) < 1e-9)
      expected = min(expected * 1.6, .seconds(120))
      #expect(state.backoffElapsed())
    }
    state.connected()
    state.connectionLost()
    #expect(state.state == .idle)
    _ = state.call()
    #expect(state.connectFailed(Self.refused, random: 0) == .backOff(Self.refused, .seconds(1)))
  }

  @Test func `while connecting again calls fail with the last cause, and a success ends that`() {
    var state = Self.state()
    _ = state.call()
    _ = state.connectFailed(Self.refused, random: 0)
    #expect(state.backoffElapsed())
    #expect(state.call() == .fail(Self.refused))
    state.connected()
    #expect(state.call() == .send)
  }

  @Test func `a shutdown is final from every state`() {
    for steps in 0..<4 {
      var state = Self.state()
      if steps > 0 { _ = state.call() }
      if steps == 2 { state.connected() }
      if steps == 3 { _ = state.connectFailed(Self.refused, random: 0) }
      state.shutdown()
      #expect(state.call() == .fail(ChannelState.shutdownError))
      state.connected()
      state.connectionLost()
      let isConnecting = state.backoffElapsed()
      #expect(!isConnecting)
      let action = state.connectFailed(Self.refused, random: 0)
      #expect(action == .nothing)
      #expect(state.state == .shutdown)
    }
  }

  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:65535", "::1", 65535), ("name:0", "name", 0),
  ])
  func `an address is host and port`(text: String, host: String, port: Int) {
    let address = HostPort(text)
    #expect(address?.host == host && address?.port == port)
  }

  @Test(arguments: ["", ":1", "a", "a:", "a:65536", "a:-1", "::1:80", "a:x"])
  func `anything else is no address`(text: String) {
    #expect(HostPort(text) == nil)
  }
}
