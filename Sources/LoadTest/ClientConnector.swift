internal import HTTP2
public import Logging
internal import RPC
internal import Transport

/// Opens connections over the network. Each is a client of its own, so that a run has as many
/// connections as it says and each request in flight stays on the one it was dealt to.
public struct ClientConnector: LoadConnector {
  private let context: RequestContext
  private let logger: Logger

  public init(_ configuration: RunConfiguration, logger: Logger) {
    context = RequestContext(metadata: configuration.metadata, timeout: configuration.timeout)
    self.logger = logger
  }

  /// The handshake's own limit ends first, so that its cause is in the message where there is one.
  private static let handshakeLimit = Duration.milliseconds(4500)

  public func connect(to address: TargetAddress) async throws(LoadError) -> any LoadConnection {
    var settings = ClientSettings()
    settings.handshakeTimeMax = Self.handshakeLimit
    // A server must never wait for the tool: its waiting would count as the server's latency.
    settings.http2.streamWindowBytes = 1 << 20
    settings.http2.connectionWindowBytes = 16 << 20
    let client = Client([address.description], settings: settings, logger: logger)
    let failure = await firstFailure(of: client)
    if let failure {
      await client.shutdown()
      throw LoadError(.targetUnavailable(address: address.description, cause: failure))
    }
    return ClientLoadConnection(client: client, context: context)
  }

  /// Connects within the limit; nil when the connection is ready.
  private func firstFailure(of client: Client) async -> String? {
    await withTaskGroup(of: Attempt.self) { group in
      group.addTask {
        do throws(RPCError) {
          try await client.connect()
          return .connected
        } catch {
          return .failed(error.message)
        }
      }
      group.addTask {
        try? await Task.sleep(for: .nanoseconds(RunConfiguration.connectLimit.nanoseconds))
        return .late
      }
      defer { group.cancelAll() }
      switch await group.next() {
      case .connected: return nil
      case .failed(let cause): return cause
      case .late, nil:
        await client.shutdown()  // Ends the attempt, which no cancellation would.
        return "not ready within \(RunConfiguration.connectLimit)"
      }
    }
  }

  private enum Attempt {
    case connected
    case failed(String)
    case late
  }
}
