import HTTP2
import Operations
import Testing
import Transport

@Suite struct TransportSettingsTests {
  /// The documented limits of the RPC runtime: knob, default, and where a client's is another.
  private static let documented: [(key: String, fallback: String)] = [
    ("rpc.receiveMessageBytesMax", "4MiB"), ("rpc.sendMessageBytesMax", "4294967295B"),
    ("rpc.headerListBytesMax", "16KiB"),
    ("rpc.headerFieldsMax", "100"), ("rpc.concurrentStreamsMax", "256"),
    ("rpc.statusMessageBytesMax", "1KiB"), ("rpc.statusDetailsBytesMax", "4KiB"),
    ("rpc.streamUnsentBytesMax", "64KiB"), ("rpc.errorBodyBytesMax", "1KiB"),
    ("rpc.streamWindowBytes", "65535B"),
    ("rpc.connectionWindowBytes", "1MiB"), ("rpc.clientStreamWindowBytes", "1MiB"),
    ("rpc.clientConnectionWindowBytes", "8MiB"), ("rpc.handshakeTimeMax", "20s"),
    ("rpc.wireDepthMax", "100"), ("rpc.wireElementsMax", "65536"),
    ("rpc.headerBlockTimeMax", "10s"), ("rpc.stallTimeMax", "1m"),
    ("rpc.streamStallTimeMax", "10m"), ("rpc.connectionUnsentBytesMax", "4MiB"),
    ("rpc.connectionsMax", "10000"), ("rpc.pingIntervalMin", "5m"),
    ("rpc.pingWithoutCallsAllowed", "false"), ("rpc.serverKeepaliveTime", "2h"),
    ("rpc.serverKeepaliveTimeout", "20s"), ("rpc.connectionIdle", "0s"),
    ("rpc.connectionAge", "0s"), ("rpc.connectionAgeGrace", "0s"),
    ("rpc.clientKeepaliveTime", "0s"), ("rpc.clientKeepaliveTimeout", "20s"),
    ("rpc.clientKeepaliveWithoutCalls", "false"), ("rpc.clientBackoffMin", "100ms"),
    ("rpc.clientBackoffMax", "1s"), ("rpc.clientWaitingCallsMax", "10000"),
    ("rpc.clientRetryBufferBytesMax", "256KiB"),
    ("rpc.clientChannelRetryBufferBytesMax", "16MiB"),
    ("rpc.clientBalancing", "pick_first"), ("rpc.clientShufflesAddresses", "false"),
    ("rpc.clientConnectionsPerAddressMax", "1"), ("rpc.clientHealthService", ""),
  ]

  private func settings(_ flags: [String: String] = [:]) throws -> Settings {
    try SettingsReader(program: .up, flags: flags, environment: [:], files: StubTextFiles())
      .settings()
  }

  @Test func `the knobs and their defaults are the documented ones`() {
    let rows = SettingsTable().rows.filter { $0.key.hasPrefix("rpc.") }
    #expect(rows.map(\.key) == Self.documented.map(\.key))
    #expect(rows.map { $0.fallbackText(in: .up) ?? "" } == Self.documented.map(\.fallback))
  }

  @Test func `unset knobs leave the runtime's own defaults`() throws {
    let settings = try settings()
    #expect(String(describing: ServerSettings(settings)) == String(describing: ServerSettings()))
    var client = ClientSettings(settings)
    // Ours are few and near; gRPC's own pauses are meant for the servers of others.
    #expect(client.backoff.initial < .seconds(1) && client.backoff.max < .seconds(120))
    client.backoff = Backoff.Settings()
    #expect(String(describing: client) == String(describing: ClientSettings()))
  }

  @Test func `every knob reaches the server or the client`() throws {
    let server = String(describing: ServerSettings()), client = String(describing: ClientSettings())
    let clientOnly = ["rpc.errorBodyBytesMax"]
    for (key, _) in Self.documented {
      let row = try #require(SettingsTable().rows.first { $0.key == key })
      let texts = ["77", "70KiB", "2KiB", "7s", "true", "7", "round_robin"]
      let text = try #require(texts.first { row.value(of: $0) != nil })
      let settings = try settings([key: text])
      let isClients = key.hasPrefix("rpc.client") || clientOnly.contains(key)
      if isClients {
        #expect(String(describing: ClientSettings(settings)) != client, "\(key)")
      } else {
        #expect(String(describing: ServerSettings(settings)) != server, "\(key)")
      }
    }
  }
}
