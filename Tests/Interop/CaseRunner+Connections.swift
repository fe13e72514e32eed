import RPC
import Transport

/// The cases that are about connections.
extension CaseRunner {
  func channelSoak() async throws {
    for _ in 0..<Self.soakCalls {
      let client = makeClient(ClientSettings())
      do {
        try await largeUnary(client)
      } catch {
        await client.shutdown()
        throw error
      }
      await client.shutdown()
    }
  }

  /// All calls go to the same of several servers.
  func pickFirstUnary() async throws {
    var request = SimpleRequest()
    request.fillServerID = true
    var servers: Set<String> = []
    for _ in 0..<20 {
      servers.insert(
        try await client.unary(TestAPI.unaryCall, request, CallContext()).serverID)
    }
    try check(servers.count == 1 && !servers.contains(""), "answered by \(servers)")
  }

  /// A server that allows two streams a connection, and a client that may have two connections:
  /// the third stream goes over the second. (gRFC A105)
  func connectionScaling() async throws {
    var settings = ClientSettings()
    settings.connectionsPerAddressMax = 2
    let client = makeClient(settings)
    let result: Result<[String], any Error>
    do {
      // The server's limit is known once its SETTINGS are there.
      try await client.connect()
      result = .success(try await Self.peers(client, of: 4, []))
    } catch {
      result = .failure(error)
    }
    await client.shutdown()
    let peers = try result.get()
    try check(
      peers[0] == peers[1] && peers[2] == peers[3] && peers[0] != peers[2], "over \(peers)")
  }

  /// Opens streams that stay open until the last has been answered.
  /// - Returns: the address of this side that the server saw, of each.
  private static func peers(
    _ client: Client, of count: Int, _ known: [String]
  ) async throws(RPCError) -> [String] {
    guard known.count < count else { return known }
    var metadata = Metadata()
    do throws(MetadataError) {
      try metadata.add(TestService.peer, "?")
    } catch {
      throw RPCError(.internalError, "\(error)")
    }
    let call = CallContext(metadata: metadata)
    return try await client.bidirectional(TestAPI.fullDuplexCall, call) {
      (writer, replies) throws(RPCError) in
      try await writer.write(request(1, 1))
      _ = try await replies.next()
      return try await peers(
        client, of: count, known + [call.initialMetadata[first: TestService.peer] ?? "?"])
    }
  }
}
