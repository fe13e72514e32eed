import NIOCore
import NIOPosix
import NIOSSL
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// What must be agreed on before a byte of HTTP/2 is sent.
@Suite struct TLSHandshakeTests {
  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func `TLS of this version is spoken, and h2 chosen`(version: TLSVersion) async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let sight = try await TLSProbe.client(notes.port) {
      $0.minimumTLSVersion = version
      $0.maximumTLSVersion = version
      $0.applicationProtocols = ["http/1.1", "h2"]
    }
    #expect(sight.protocolName == "h2")
    #expect(sight.byteCount > 0)
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test(arguments: [TLSVersion.tlsv1, .tlsv11])
  func `an older TLS is refused in its handshake`(version: TLSVersion) async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let sight = try await TLSProbe.client(notes.port) { $0.maximumTLSVersion = version }
    #expect(!sight.isSecured)
    #expect(sight.error != nil)
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test(arguments: [
    NIOTLSCipher.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, .TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    .TLS_RSA_WITH_AES_128_GCM_SHA256, .TLS_RSA_WITH_AES_256_GCM_SHA384,
  ])
  func `a cipher without forward secrecy or authentication is refused`(
    cipher: NIOTLSCipher
  ) async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let sight = try await TLSProbe.client(notes.port) {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [cipher]
    }
    #expect(!sight.isSecured)
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test(arguments: [
    NIOTLSCipher.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  ])
  func `a cipher with both is taken`(cipher: NIOTLSCipher) async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let sight = try await TLSProbe.client(notes.port) {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [cipher]
    }
    #expect(sight.byteCount > 0)
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test(arguments: [[], ["http/1.1"], ["h2c", "H2"]])
  func `a server closes without a byte of HTTP2 when h2 is not offered`(
    names: [String]
  ) async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let sight = try await TLSProbe.client(notes.port) { $0.applicationProtocols = names }
    #expect(sight.isSecured)
    #expect(sight.protocolName == nil)
    #expect(sight.byteCount == 0)
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test(arguments: [[], ["http/1.1"]])
  func `a client closes without a byte of HTTP2 when h2 is not chosen`(
    names: [String]
  ) async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(addresses: [TLSFixture.loopback])
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8))
        .map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem)))
    configuration.applicationProtocols = names
    let (port, sight) = try await TLSProbe.server(configuration)
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    settings.tls = try fixture.clientCredentials()
    let client = Client(["127.0.0.1:\(port)"], settings: settings, logger: .quiet)
    let error = await TLSFixture.failure(of: client)
    #expect(error?.code == .unavailable)
    #expect(
      error?.message
        == "connect to 127.0.0.1:\(port): TLS: the server chose no protocol by ALPN, and not h2")
    let seen = try await sight.get()
    #expect(seen.isSecured)
    #expect(seen.byteCount == 0)
    await client.shutdown()
  }

  /// Answers the first bytes that a client sends, and nothing to it.
  private static func hello(to target: (Int) -> String, serverName: String? = nil) async throws
    -> [UInt8]
  {
    let fixture = try TLSFixture()
    let seen = Mutex<[UInt8]>([])
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            Reader { bytes in seen.withLock { $0 += bytes } })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = listener.localAddress?.port ?? 0
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    settings.tls = try fixture.clientCredentials()
    settings.tlsServerName = serverName
    let client = Client([target(port)], settings: settings, logger: .quiet)
    let connecting = Task { try? await client.connect() }
    _ = await eventually { seen.withLock { $0.count >= 64 } }
    await client.shutdown()
    _ = await connecting.value
    try await listener.close().get()
    return seen.withLock { $0 }
  }

  private final class Reader: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let take: @Sendable ([UInt8]) -> Void
    init(_ take: @escaping @Sendable ([UInt8]) -> Void) { self.take = take }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      take(Array(unwrapInboundIn(data).readableBytesView))
    }
  }

  /// The server name in a ClientHello, or nil. (RFC 8446 §4.1.2, RFC 6066 §3)
  private static func serverName(in hello: [UInt8]) -> String? {
    var rest = hello.dropFirst(5 + 4 + 2 + 32)  // Record, handshake, version, random.
    func number(_ bytes: Int) -> Int {
      defer { rest = rest.dropFirst(bytes) }
      return rest.prefix(bytes).reduce(0) { $0 << 8 | Int($1) }
    }
    // The length first: `rest` is another when it has been read.
    for lengthBytes in [1, 2, 1] {  // Session, ciphers, compressions.
      let count = number(lengthBytes)
      rest = rest.dropFirst(count)
    }
    _ = number(2)
    while rest.count >= 4 {
      let kind = number(2), count = number(2)
      if kind == 0 { return String(decoding: rest.prefix(count).dropFirst(5), as: UTF8.self) }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  @Test func `a name is sent as SNI and an address is not`() async throws {
    let byName = try await Self.hello(to: { "dns:localhost:\($0)" })
    #expect(Self.serverName(in: byName) == "localhost")
    let byAddress = try await Self.hello(to: { "127.0.0.1:\($0)" })
    #expect(byAddress.first == 22)
    #expect(Self.serverName(in: byAddress) == nil)
    let named = try await Self.hello(to: { "127.0.0.1:\($0)" }, serverName: "inventory.test")
    #expect(Self.serverName(in: named) == "inventory.test")
  }

  @Test func `a peer that does not make its handshake is closed in handshakeTimeMax`()
    async throws
  {
    let fixture = try TLSFixture()
    let notes = try await fixture.server { $0.handshakeTimeMax = .milliseconds(50) }
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: notes.port).get()
    try await channel.closeFuture.get()
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `a stop does not wait for a handshake`() async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: notes.port).get()
    #expect(await eventually { notes.server.connectionCount == 1 })
    // Far beyond what the test may take, should it wait.
    await notes.server.shutdown(within: .seconds(100_000))
    try await channel.closeFuture.get()
  }
}
