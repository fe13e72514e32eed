import Foundation
import Testing

/// gRPC's interop suite, played with gRPC's own runtimes in both directions.
/// (grpc/grpc, doc/interop-test-descriptions.md)
@Suite struct InteropTests {
  static func expectAll(_ cases: [String], _ output: String) {
    let lines = output.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("FAILED") } == [])
    #expect(lines.filter { $0.hasPrefix("ok ") } == cases.map { "ok \($0)" })
  }

  static func port(of server: RunningProgram) async throws -> String {
    String(try await server.line("port ").dropFirst("port ".count))
  }

  private static func ourServer(_ options: [String] = []) throws -> RunningProgram {
    try RunningProgram(try BuiltPrograms.path("Interop"), ["serve"] + options)
  }

  /// Plays `cases` with our client.
  private static func call(_ target: String, _ cases: [String]) async throws -> String {
    try await RunningProgram.run(
      try BuiltPrograms.path("Interop"),
      ["call", target] + cases.flatMap { ["--case", $0] }, within: 1200
    ).output
  }

  // MARK: - Calls

  @Test(arguments: InteropPeer.allCases)
  func `every case passes between a stock client and our server`(peer: InteropPeer) async throws {
    let server = try Self.ourServer()
    let output = try await peer.call("127.0.0.1:\(try await Self.port(of: server))", peer.calls)
    Self.expectAll(peer.calls, output)
    #expect(server.isRunning)
    server.send(SIGKILL)
  }

  @Test(arguments: InteropPeer.allCases)
  func `every case passes between our client and a stock server`(peer: InteropPeer) async throws {
    let server = try await peer.server()
    let output = try await Self.call("127.0.0.1:\(try await Self.port(of: server))", peer.calls)
    Self.expectAll(peer.calls, output)
    server.send(SIGKILL)
  }

  // MARK: - Connections

  @Test(arguments: InteropPeer.allCases)
  func `no call of a thousand fails between a stock client and our server`(
    peer: InteropPeer
  ) async throws {
    let server = try Self.ourServer()
    let output = try await peer.call("127.0.0.1:\(try await Self.port(of: server))", peer.soaks)
    Self.expectAll(peer.soaks, output)
    server.send(SIGKILL)
  }

  @Test(arguments: InteropPeer.allCases)
  func `no call of a thousand fails between our client and a stock server`(
    peer: InteropPeer
  ) async throws {
    let server = try await peer.server()
    let output = try await Self.call("127.0.0.1:\(try await Self.port(of: server))", peer.soaks)
    Self.expectAll(peer.soaks, output)
    server.send(SIGKILL)
  }

  @Test(arguments: InteropPeer.allCases)
  func `all calls go to the first of two servers`(peer: InteropPeer) async throws {
    let ours = (try Self.ourServer(), try Self.ourServer())
    let ourPorts = (try await Self.port(of: ours.0), try await Self.port(of: ours.1))
    Self.expectAll(
      ["pick_first_unary"],
      try await peer.call(
        "ipv4:127.0.0.1:\(ourPorts.0),127.0.0.1:\(ourPorts.1)", ["pick_first_unary"]))
    let theirs = (try await peer.server(), try await peer.server())
    let ports = (try await Self.port(of: theirs.0), try await Self.port(of: theirs.1))
    Self.expectAll(
      ["pick_first_unary"],
      try await Self.call(
        "ipv4:127.0.0.1:\(ports.0),127.0.0.1:\(ports.1)", ["pick_first_unary"]))
    for server in [ours.0, ours.1, theirs.0, theirs.1] { server.send(SIGKILL) }
  }

  @Test func `more streams than a connection of gRPC's C++ server may have go over a second`()
    async throws
  {
    let scaling = ["max_concurrent_streams_connection_scaling"]
    let theirs = try await InteropPeer.cxx.server(["2"])
    Self.expectAll(
      scaling, try await Self.call("127.0.0.1:\(try await Self.port(of: theirs))", scaling))
    theirs.send(SIGKILL)
  }

  @Test func `more streams than a connection of our server may have go over a second`()
    async throws
  {
    let scaling = ["max_concurrent_streams_connection_scaling"]
    let ours = try Self.ourServer(["--streams-max", "2"])
    Self.expectAll(
      scaling, try await Self.call("127.0.0.1:\(try await Self.port(of: ours))", scaling))
    ours.send(SIGKILL)
  }
}
