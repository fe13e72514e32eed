import RPC
import TestSupport
import Testing
import Transport

@Suite struct AddressOrderTests {
  private struct Names: NameResolver {
    let ports: [Int]

    func addresses(of name: HostPort) async throws(ResolveError) -> [HostPort] {
      ports.map { HostPort(host: "127.0.0.1", port: $0) }
    }
  }

  /// How many of so many clients went to each of two servers.
  private static func visits(isNamed: Bool, isShuffled: Bool) async throws -> [Int] {
    let servers = [
      try await ScriptedServer(ScriptedServer.answering),
      try await ScriptedServer(ScriptedServer.answering),
    ]
    var settings = ClientSettings()
    settings.handshakeTimeMax = .seconds(600)
    settings.shufflesAddresses = isShuffled
    for _ in 0..<32 {
      let client = Client(
        isNamed ? ["dns:both:1"] : servers.map(\.address), settings: settings, logger: .quiet,
        resolver: Names(ports: servers.map(\.port)))
      _ = try await client.unary(NoteAPI.echo, Note(), CallContext())
      await client.shutdown()
    }
    let visits = servers.map(\.calls.count)
    for server in servers { await server.close() }
    return visits
  }

  @Test(arguments: [false, true])
  func `addresses are tried as they stand, unless they are to be shuffled`(
    isNamed: Bool
  ) async throws {
    #expect(try await Self.visits(isNamed: isNamed, isShuffled: false) == [32, 0])
    // Once in two thousand million times all go to one.
    let shuffled = try await Self.visits(isNamed: isNamed, isShuffled: true)
    #expect(shuffled.reduce(0, +) == 32 && shuffled.allSatisfy { $0 > 0 })
  }
}
