public import RPC

/// The states of a client's channel. (gRPC connectivity-semantics-and-api.md)
public enum ChannelState: Equatable, Sendable {
  case idle, connecting, ready
  /// Why calls fail right now.
  case transientFailure(RPCError)
  case shutdown
}
