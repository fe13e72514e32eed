/// Which server a request is for. The built-in workloads talk to two, or to the edge before both;
/// a raw method talks to one.
public enum ServerRole: Int, CaseIterable, Hashable, Sendable {
  case inventory
  case orders
  case target
  case edge
}
