/// One connection to one server, and the seam between the engine and the network: tests put a
/// server in memory behind it, and an engine that sits on the sockets itself can replace it.
public protocol LoadConnection: Sendable {
  /// Sends one request and tells how it ended. It never throws: a failure is an ending as well.
  /// Returns soon after the calling task is cancelled.
  func call(_ request: LoadRequest) async -> LoadReply

  func close() async
}

/// Opens connections.
public protocol LoadConnector: Sendable {
  /// Returns once the connection can carry requests, handshakes included, so that no request pays
  /// for them. Gives up after `RunConfiguration.connectLimit`.
  func connect(to address: TargetAddress) async throws(LoadError) -> any LoadConnection
}
