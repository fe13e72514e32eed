import Logging
import NIOCore
import NIOPosix
import NIOSSL
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// Both sides over TLS, with real sockets.
@Suite struct TLSTests {
  private static func callsAnswer(
    _ fixture: TLSFixture, _ notes: NoteServer, _ client: Client, bytes: Int
  ) async throws {
    let note = Note("hello", payload: Array(repeating: 7, count: bytes))
    #expect(try await client.unary(NoteAPI.echo, note, CallContext()) == note)
    await client.shutdown()
    #expect(await notes.server.shutdown(within: .seconds(60)) == 0)
  }

  /// One record, several, and more than the windows and a socket hold.
  @Test(arguments: [0, 20_000, 3_000_000])
  func `a call and its reply go over TLS`(bytes: Int) async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let credentials = try fixture.clientCredentials()
    let client = notes.client { $0.tls = credentials }
    try await Self.callsAnswer(fixture, notes, client, bytes: bytes)
  }

  @Test func `many calls share a connection, and streams go both ways`() async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let credentials = try fixture.clientCredentials()
    let client = notes.client { $0.tls = credentials }
    try await withThrowingTaskGroup(of: Note.self) { group in
      for index in 0..<200 {
        group.addTask {
          try await client.unary(
            NoteAPI.echo, Note("\(index)", payload: Array(repeating: 1, count: 5_000)),
            CallContext())
        }
      }
      var texts = Set<String>()
      for try await note in group { texts.insert(note.text) }
      #expect(texts.count == 200)
    }
    #expect(notes.server.connectionCount == 1)
    let request = Note("50", payload: Array(repeating: 2, count: 30_000))
    let sizes = try await client.serverStreaming(NoteAPI.count, request, CallContext()) {
      (replies) throws(RPCError) in
      var sizes: [Int] = []
      while let note = try await replies.next() { sizes.append(note.payload.count) }
      return sizes
    }
    #expect(sizes == Array(repeating: 30_000, count: 50))
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(60))
  }

  /// Anything that is looked up in this test is on this machine.
  private struct Here: NameResolver {
    let port: Int
    func addresses(of name: HostPort) async throws(ResolveError) -> [HostPort] {
      [HostPort(host: "127.0.0.1", port: port)]
    }
  }

  private static func client(
    _ target: String, port: Int, _ credentials: TLSCredentials, serverName: String? = nil
  ) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    settings.tls = credentials
    settings.tlsServerName = serverName
    return Client(
      [target], settings: settings, logger: .quiet, resolver: Here(port: port))
  }

  @Test(arguments: [
    "dns:inventory.test:1", "INVENTORY.test:1", "inventory.test.:1", "eu.inventory.test:1",
  ])
  func `a certificate of the target's name is taken`(target: String) async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(dns: ["inventory.test", "*.inventory.test"])
    let notes = try await fixture.server(fixture.serverCredentials(pair))
    let client = Self.client(target, port: notes.port, try fixture.clientCredentials())
    try await Self.callsAnswer(fixture, notes, client, bytes: 1)
  }

  @Test func `another name may be set for the certificate to bear`() async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(dns: ["inventory.test"])
    let notes = try await fixture.server(fixture.serverCredentials(pair))
    let client = Self.client(
      notes.address, port: notes.port, try fixture.clientCredentials(),
      serverName: "inventory.test")
    try await Self.callsAnswer(fixture, notes, client, bytes: 1)
  }

  @Test(arguments: [
    ("orders.test:1", "the certificate is of another name"),
    ("a.b.inventory.test:1", "the certificate is of another name"),
    ("ipv4:127.0.0.1", "the certificate is of another name"),
  ])
  func `a certificate of another name makes calls unavailable`(
    target: String, cause: String
  ) async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(dns: ["inventory.test", "*.inventory.test"])
    let notes = try await fixture.server(fixture.serverCredentials(pair))
    let full = target.hasPrefix("ipv4:") ? "\(target):\(notes.port)" : target
    let client = Self.client(full, port: notes.port, try fixture.clientCredentials())
    let error = await TLSFixture.failure(of: client)
    #expect(error?.code == .unavailable)
    #expect(error?.message == "connect to \(notes.address): TLS handshake: \(cause)")
    #expect(error?.isRetrySafe == true)
    #expect(notes.handlers.started.load(ordering: .relaxed) == 0)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `a certificate of an unknown authority or one out of time is refused`() async throws {
    let fixture = try TLSFixture()
    let address = [TLSFixture.loopback]
    for pair in [
      try TestAuthority().sign(addresses: address),
      try fixture.authority.sign(addresses: address, isExpired: true),
    ] {
      let notes = try await fixture.server(fixture.serverCredentials(pair))
      let credentials = try fixture.clientCredentials()
      let client = notes.client { $0.tls = credentials }
      let error = await TLSFixture.failure(of: client)
      #expect(error?.code == .unavailable)
      #expect(
        error?.message
          == "connect to \(notes.address): TLS handshake: certificate verify failed")
      await client.shutdown()
      await notes.server.shutdown(within: .seconds(60))
    }
  }

  @Test func `clear and TLS do not understand each other, and say so at once`() async throws {
    let fixture = try TLSFixture()
    let credentials = try fixture.clientCredentials()
    let clear = try await NoteServer()
    let toClear = clear.client { $0.tls = credentials }
    let error = await TLSFixture.failure(of: toClear)
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("TLS handshake: ") == true, "\(error?.message ?? "")")
    let secure = try await fixture.server()
    let toSecure = secure.client()
    #expect(await TLSFixture.failure(of: toSecure)?.code == .unavailable)
    await toClear.shutdown()
    await toSecure.shutdown()
    await clear.server.shutdown(within: .seconds(60))
    await secure.server.shutdown(within: .seconds(60))
  }

  @Test func `a server forgets a connection that its client closed`() async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server()
    let credentials = try fixture.clientCredentials()
    let client = notes.client { $0.tls = credentials }
    try await client.connect()
    #expect(notes.server.connectionCount == 1)
    await client.shutdown()
    #expect(await eventually { notes.server.connectionCount == 0 })
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `a socket file is called localhost in its certificate`() async throws {
    let fixture = try TLSFixture()
    let pair = try fixture.authority.sign(dns: ["localhost"])
    let path = fixture.folder.path(of: "s")
    var router = Router()
    router.unary(NoteAPI.echo) { note, _ in note }
    var settings = ServerSettings()
    settings.tls = try fixture.serverCredentials(pair)
    let server = Server(router: router, settings: settings, logger: .quiet)
    try await server.start(socketPath: path)
    let client = Self.client("unix:\(path)", port: 0, try fixture.clientCredentials())
    #expect(await TLSFixture.failure(of: client) == nil)
    await client.shutdown()
    await server.shutdown(within: .seconds(60))
  }
}
