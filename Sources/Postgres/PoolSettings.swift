/// The limits of a pool.
public struct PoolSettings: Sendable {
  /// A handful is enough: one connection in pipeline mode does the work of many, and each is a
  /// process on the server.
  public var connections = 4

  /// How long a request waits when no connection is up. A database that restarts is back within
  /// it; a caller should hear of one that is gone while it can still go elsewhere.
  public var unavailableWaitMax: Duration = .seconds(1)

  /// Requests that may wait for a connection. Beyond it the next is refused at once: what queues
  /// here would be answered after its deadline.
  public var waitersMax = 10_000

  /// How often statements are sent again that the server undid because of others beside them.
  public var retriesMax = 5

  public init(connections: Int = 4) { self.connections = connections }
}
