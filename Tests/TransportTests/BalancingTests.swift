import Foundation
import HTTP2
import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// Several servers behind one client, over real sockets.
@Suite struct BalancingTests {
  /// Answers what the test last said, and counts how often it was asked.
  private final class Answers: NameResolver {
    private let answers: Mutex<Result<[HostPort], ResolveError>>
    let asked = Atomic(0)

    init(_ addresses: [String]) {
      answers = Mutex(.success(addresses.compactMap { HostPort($0) }))
    }

    func say(_ answer: Result<[HostPort], ResolveError>) { answers.withLock { $0 = answer } }

    func addresses(of name: HostPort) async throws(ResolveError) -> [HostPort] {
      asked.add(1, ordering: .relaxed)
      return try answers.withLock { $0 }.get()
    }
  }

  private static func client(
    _ targets: [String], _ resolver: any NameResolver = SystemResolver(),
    logger: Logger = .quiet, _ change: (inout ClientSettings) -> Void = { _ in }
  ) -> Client {
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    settings.backoff.initial = .milliseconds(10)
    change(&settings)
    return Client(targets, settings: settings, logger: logger, resolver: resolver)
  }

  private static func echo(_ client: Client) async throws {
    _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
  }

  @Test func `calls take turns among all servers`() async throws {
    let first = try await NoteServer(), second = try await NoteServer()
    let client = Self.client([first.address, second.address]) { $0.balancing = .roundRobin }
    try await Self.echo(client)
    #expect(
      await eventually { client.status.addresses.allSatisfy { $0.openStreams.count == 1 } })
    let before = first.handlers.started.load(ordering: .relaxed)
    for _ in 0..<20 { try await Self.echo(client) }
    #expect(first.handlers.started.load(ordering: .relaxed) - before == 10)
    await client.shutdown()
    await first.server.shutdown(within: .seconds(5))
    await second.server.shutdown(within: .seconds(5))
  }

  @Test func `a name's new addresses are used once a connection is lost`() async throws {
    let first = try await NoteServer(), second = try await NoteServer()
    let answers = Answers([first.address])
    let client = Self.client(["dns:orders:1"], answers) { $0.resolveIntervalMin = .zero }
    try await Self.echo(client)
    #expect(answers.asked.load(ordering: .relaxed) == 1)
    answers.say(.success([HostPort(second.address)].compactMap { $0 }))
    await first.server.shutdown(within: .seconds(60))
    #expect(await eventually { (try? await Self.echo(client)) != nil })
    #expect(second.handlers.started.load(ordering: .relaxed) >= 1)
    await client.shutdown()
    await second.server.shutdown(within: .seconds(5))
  }

  @Test func `a name that does not resolve makes calls unavailable, and is asked for again`()
    async throws
  {
    let notes = try await NoteServer()
    let answers = Answers([])
    answers.say(.failure(ResolveError("no such host")))
    let client = Self.client(["orders:1"], answers)
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(error?.code == .unavailable && error?.message == "resolve orders:1: no such host")
    answers.say(.success([HostPort(notes.address)].compactMap { $0 }))
    #expect(await eventually { (try? await Self.echo(client)) != nil })
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `the system knows localhost`() async throws {
    let notes = try await NoteServer()
    let client = Self.client(["localhost:\(notes.port)"])
    try await Self.echo(client)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a server that does not serve gets no calls until it does`() async throws {
    let health = Mutex<UInt8>(2)
    let server = try await ScriptedServer { frame, _ in
      guard frame.type == FrameType.data, frame.flags & 1 != 0 else { return [] }
      // The first stream is the watch, which the client begins as soon as it is connected.
      guard frame.stream == 1 else { return ScriptedServer.reply(frame.stream) }
      return Frame.headers(
        1, [(":status", "200"), ("content-type", "application/grpc")], end: false
      ).bytes + Frame.data(1, [0, 0, 0, 0, 2, 8, health.withLock { $0 }]).bytes
    }
    let client = Self.client([server.address]) {
      $0.balancing = .roundRobin
      $0.healthServiceName = "orders.v1.Orders"
    }
    let error = await ClientServerTests.failure { () throws(RPCError) in
      try await client.unary(NoteAPI.echo, Note(), CallContext())
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.hasSuffix("does not serve orders.v1.Orders") == true)
    server.send(Frame.data(1, [0, 0, 0, 0, 2, 8, 1]).bytes, on: 0)
    #expect(await eventually { (try? await Self.echo(client)) != nil })
    await client.shutdown()
    await server.close()
  }

  @Test func `a server without health service gets calls, and the log an error`() async throws {
    let log = LogRecorder()
    let notes = try await NoteServer()
    let client = Self.client([notes.address], logger: log.logger) {
      $0.balancing = .roundRobin
      $0.healthServiceName = ""
    }
    try await Self.echo(client)
    #expect(log.lines.contains { $0.message.hasPrefix("health checking turned off") })
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a further connection is made when all streams are taken`() async throws {
    let notes = try await NoteServer { $0.http2.concurrentStreamsMax = 2 }
    let client = Self.client([notes.address]) { $0.connectionsPerAddressMax = 3 }
    try await client.connect()
    let calls = (0..<6).map { _ in
      Task { try await client.unary(NoteAPI.wait, Note("600000"), CallContext()) }
    }
    #expect(await eventually { notes.handlers.running.load(ordering: .relaxed) == 6 })
    #expect(notes.server.connectionCount == 3)
    #expect(client.status.addresses.map(\.openStreams) == [[2, 2, 2]])
    let seventh = Task { try await Self.echo(client) }
    #expect(await eventually { client.status.waitingCalls == 1 })
    calls[0].cancel()
    try await seventh.value
    for call in calls { call.cancel() }
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `a channel without calls rests, and the next call wakes it`() async throws {
    let notes = try await NoteServer()
    let client = Self.client([notes.address]) { $0.idleTimeMax = .milliseconds(20) }
    try await Self.echo(client)
    #expect(await eventually { client.status.state == .idle && notes.server.connectionCount == 0 })
    try await Self.echo(client)
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(5))
  }

  @Test func `the last error of an address can be read`() async throws {
    let notes = try await NoteServer()
    await notes.server.shutdown(within: .seconds(5))
    let client = Self.client([notes.address])
    try? await Self.echo(client)
    let address = client.status.addresses.first
    #expect(address?.lastError?.message == "connect to \(notes.address): connection refused")
    await client.shutdown()
    #expect(client.status.state == .shutdown)
  }

  // MARK: Socket files

  private static func socketPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UInt32.random(in: 0 ... .max)).s")
      .path
  }

  private static func server(_ path: String) async throws -> Server {
    var router = Router()
    router.unary(NoteAPI.echo) { note, _ in note }
    let server = Server(router: router, logger: .quiet)
    try await server.start(socketPath: path)
    return server
  }

  @Test func `a socket file works, is refused to a second server, and is replaced when stale`()
    async throws
  {
    let path = Self.socketPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try await Self.server(path)
    let client = Self.client(["unix:\(path)"])
    try await Self.echo(client)
    await #expect(throws: TransportError(.addressInUse, address: "unix:\(path)")) {
      try await Self.server(path)
    }
    // Out of its way, so that it is left over as after a crash.
    try FileManager.default.moveItem(atPath: path, toPath: path + "~")
    await first.shutdown(within: .seconds(5))
    try FileManager.default.moveItem(atPath: path + "~", toPath: path)
    let second = try await Self.server(path)
    #expect(await eventually { (try? await Self.echo(client)) != nil })
    await client.shutdown()
    await second.shutdown(within: .seconds(5))
  }

  @Test func `a file that is no socket is not touched`() async throws {
    let path = Self.socketPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("precious".utf8).write(to: URL(filePath: path))
    await #expect(throws: TransportError.self) { try await Self.server(path) }
    #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
  }
}
