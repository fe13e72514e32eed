/// Is told of every call a server takes or a client makes; metrics and access logs are observers.
/// Both are called on the connection's event loop and must neither block nor allocate much.
public protocol CallObserver: AnyObject, Sendable {
  /// `path` is a registered path, never one that a peer made up.
  func callStarted(_ path: String)
  func callEnded(_ path: String, _ code: StatusCode, nanoseconds: UInt64)
}
