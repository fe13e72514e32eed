import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// Servers that ask their clients for a certificate.
@Suite struct MutualTLSTests {
  @Test func `a client without a certificate of the authority gets no connection`() async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server(fixture.serverCredentials(asksClients: true))
    let stranger = try TestAuthority().sign(dns: ["orders.test"])
    let expired = try fixture.authority.sign(dns: ["orders.test"], isExpired: true)
    for pair in [nil, stranger, expired] {
      let credentials = try fixture.clientCredentials(pair)
      let client = notes.client { $0.tls = credentials }
      let error = await TLSFixture.failure(of: client)
      #expect(error?.code == .unavailable)
      #expect(
        error?.message.hasPrefix("connect to \(notes.address): ") == true,
        "\(error?.message ?? "")")
      await client.shutdown()
    }
    #expect(notes.handlers.started.load(ordering: .relaxed) == 0)
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `of those whom the authority signed only some names may call`() async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server(fixture.serverCredentials(asksClients: true)) {
      $0.tlsClientNames = ["spiffe://shop/orders", "edge.test"]
    }
    let orders = try fixture.authority.sign(
      dns: ["orders.test"], uris: ["spiffe://shop/orders"])
    let edge = try fixture.authority.sign(dns: ["EDGE.test"])
    for pair in [orders, edge] {
      let credentials = try fixture.clientCredentials(pair)
      let client = notes.client { $0.tls = credentials }
      #expect(await TLSFixture.failure(of: client) == nil)
      await client.shutdown()
    }
    for pair in [try fixture.authority.sign(dns: ["load.test"]), try fixture.authority.sign()] {
      let credentials = try fixture.clientCredentials(pair)
      let client = notes.client { $0.tls = credentials }
      #expect(await TLSFixture.failure(of: client)?.code == .unavailable)
      await client.shutdown()
    }
    #expect(notes.handlers.started.load(ordering: .relaxed) == 2)
    await notes.server.shutdown(within: .seconds(60))
  }

  /// A server that keeps the identity of each call.
  private static func identities(
    _ credentials: TLSCredentials?, _ client: TLSCredentials?
  ) async throws -> [PeerIdentity?] {
    let seen = Mutex<[PeerIdentity?]>([])
    var router = Router()
    router.unary(NoteAPI.echo) { note, call in
      seen.withLock { $0.append(call.identity) }
      return note
    }
    var settings = ServerSettings()
    settings.tls = credentials
    let server = Server(router: router, settings: settings, logger: .quiet)
    let port = try await server.start(host: "127.0.0.1", port: 0)
    var own = ClientSettings()
    own.tls = client
    own.handshakeTimeMax = .seconds(600)
    let caller = Client(["127.0.0.1:\(port)"], settings: own, logger: .quiet)
    for _ in 0..<2 { #expect(await TLSFixture.failure(of: caller) == nil) }
    await caller.shutdown()
    await server.shutdown(within: .seconds(60))
    return seen.withLock { $0 }
  }

  @Test func `a handler reads the names in its caller's certificate`() async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(
      dns: ["orders.test", "*.orders.test"],
      addresses: [[10, 0, 0, 7], [UInt8](repeating: 0, count: 15) + [1]],
      uris: ["spiffe://shop/orders"], emails: ["orders@shop.test"])
    let seen = try await Self.identities(
      fixture.serverCredentials(asksClients: true), fixture.clientCredentials(pair))
    let names: [PeerIdentity.Name] = [
      .dns("orders.test"), .dns("*.orders.test"), .uri("spiffe://shop/orders"),
      .email("orders@shop.test"), .address("10.0.0.7"), .address("::1"),
    ]
    #expect(seen.map { $0?.names } == [names, names])
    // Made once for the connection, not for each call.
    #expect(seen[0] === seen[1])
  }

  @Test func `a certificate without names names nobody`() async throws {
    let fixture = try TLSFixture()
    let seen = try await Self.identities(
      fixture.serverCredentials(asksClients: true),
      fixture.clientCredentials(fixture.authority.sign()))
    #expect(seen.map { $0?.names } == [[], []])
  }

  @Test func `who was not asked for a certificate has no identity`() async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(dns: ["orders.test"])
    let overTLS = try await Self.identities(
      fixture.serverCredentials(), fixture.clientCredentials(pair))
    #expect(overTLS.allSatisfy { $0 == nil })
    let clear = try await Self.identities(nil, nil)
    #expect(clear.allSatisfy { $0 == nil })
    #expect(clear.count == 2)
  }
}
