/// One connection to each server that the run needs. Requests in flight are dealt to lanes, so a
/// lane never carries more of them than its streams allow.
struct ConnectionLane: Sendable {
  private var connections = [(any LoadConnection)?](
    repeating: nil, count: ServerRole.allCases.count)

  subscript(role: ServerRole) -> (any LoadConnection)? {
    get { connections[role.rawValue] }
    set { connections[role.rawValue] = newValue }
  }

  func close() async {
    for connection in connections { await connection?.close() }
  }
}
