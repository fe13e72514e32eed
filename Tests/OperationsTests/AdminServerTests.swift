import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Operations

/// The listener over a real socket: what it answers is tested without one.
@Suite struct AdminServerTests {
  private static let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }

  private func server(port: Int = 0) throws -> AdminServer {
    let settings = try SettingsReader(
      program: .edge, flags: [:], environment: [:], files: StubTextFiles()
    ).settings()
    let now = ContinuousClock.now
    let pages = AdminPages(
      health: HealthRegister(),
      loops: LoopWatch(MultiThreadedEventLoopGroup.singleton, now: { now }),
      metrics: MetricsRegistry(), settings: settings,
      info: ProcessInformation(program: .edge, processID: 1, startedAt: .now))
    return AdminServer(host: "127.0.0.1", port: port, pages: pages, logger: Self.quiet)
  }

  /// Sends bytes and reads until the server closes.
  private func exchange(_ request: String, port: Int) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var answer = ""
      for try await bytes in inbound { answer += String(buffer: bytes) }
      return answer
    }
  }

  @Test func `a request over a socket is answered`() async throws {
    let server = try server()
    let port = try await server.start()
    let answer = try await exchange(
      "GET /livez?x=1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", port: port)
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.lowercased().contains("content-type: application/json\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n{\"status\":\"UP\"}"))
    await server.stop(within: .seconds(10))
  }

  @Test func `HEAD has the headers of GET and no body, and a wrong method has Allow`() async throws
  {
    let server = try server()
    let port = try await server.start()
    let head = try await exchange(
      "HEAD /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", port: port
    ).lowercased()
    #expect(head.hasPrefix("http/1.1 200 ok\r\n"))
    #expect(head.contains("content-length: 15\r\n"))
    #expect(head.hasSuffix("\r\n\r\n"))
    let post = try await exchange(
      "POST /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
      port: port)
    #expect(post.hasPrefix("HTTP/1.1 405 "))
    #expect(post.lowercased().contains("allow: get, head\r\n"))
    #expect(post.lowercased().contains("content-type: application/problem+json\r\n"))
    await server.stop(within: .seconds(10))
  }

  @Test func `an address in use is a failure that names it`() async throws {
    let first = try server()
    let port = try await first.start()
    let second = try server(port: port)
    let failure = await #expect(throws: Failure.self) { try await second.start() }
    #expect(failure?.status == .systemRefused)
    #expect(failure?.what == "cannot listen on 127.0.0.1:\(port): the address is in use")
    #expect(failure?.remedy.contains("--admin-port") == true)
    await first.stop(within: .seconds(10))
  }

  @Test func `a client that says nothing does not keep the listener from stopping`() async throws {
    let server = try server()
    let port = try await server.start()
    let idle = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port).get()
    await server.stop(within: .milliseconds(10))
    await server.stop(within: .milliseconds(10))
    try? await idle.close()
  }
}
