public import RPC

/// A client's channel at one moment.
public struct ChannelStatus: Sendable, Equatable {
  /// One address and its connections.
  public struct Address: Sendable, Equatable {
    public let address: String
    /// Open streams of each connection that takes calls, the oldest first.
    public let openStreams: [Int]
    /// Why the last attempt failed or the last connection was lost; nil when neither ever happened.
    public let lastError: RPCError?
  }

  public let state: ChannelState
  /// Calls that wait for a connection or a free stream.
  public let waitingCalls: Int
  public let addresses: [Address]
}
