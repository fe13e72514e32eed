/// The subcommands of `orderly`, as far as settings, logs and health have to tell them apart.
public enum Program: String, CaseIterable, Sendable {
  case up, inventory, orders, edge, migrate
}

extension Set<Program> {
  /// What stays running and answers calls.
  public static let servers: Set<Program> = [.up, .inventory, .orders, .edge]
  /// What of it listens for RPC.
  static let rpcServers: Set<Program> = [.up, .inventory, .orders]
}
