/// Which of several addresses carry the calls of a client. (gRPC load-balancing.md)
public enum Balancing: String, Sendable, CaseIterable {
  /// All calls go to the first address that gets ready.
  case pickFirst = "pick_first"
  /// Calls take turns among all addresses that are ready.
  case roundRobin = "round_robin"
}
