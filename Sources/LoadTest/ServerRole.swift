/// Which server a request is for. The built-in workloads talk to two, a raw method to one.
public enum ServerRole: Int, CaseIterable, Hashable, Sendable {
  case inventory
  case orders
  case target
}
