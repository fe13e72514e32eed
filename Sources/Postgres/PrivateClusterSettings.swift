/// How the private PostgreSQL is set up.
public struct PrivateClusterSettings: Sendable {
  /// Nil is `$XDG_STATE_HOME/orderly`, else `~/.local/state/orderly`, as root `/var/lib/orderly`.
  public var dataDirectory: String?

  /// Where `initdb` and `postgres` are; nil searches the usual places.
  public var binDirectory: String?

  /// Use a temporary directory instead, which is removed by `stop`.
  public var isEphemeral = false

  /// A database and a role of the same name for each.
  public var databases = ["inventory", "orders"]

  public var durability = Durability.full

  /// Settings of the server beyond those that make it private, such as `max_connections`.
  public var serverOptions: [String: String] = [:]

  /// How long the server may take to start, which after a crash includes its recovery.
  public var startMax: Duration = .seconds(60)

  /// How long a fast shutdown may take before the server is told to stop at once, which costs a
  /// recovery at the next start and no data.
  public var stopMax: Duration = .seconds(10)

  public var environment: [String: String]

  /// The system user that `postgres` runs as when this program is root.
  public var serverUser = "postgres"

  public enum Durability: Sendable {
    /// What is committed survives a loss of power.
    case full
    /// For tests only: what is committed survives a kill of the server, and nothing is ever forced
    /// to the disk.
    case none
  }

  /// - Parameter environment: of the process, for `PATH`, `HOME` and `XDG_STATE_HOME`.
  public init(environment: [String: String]) { self.environment = environment }
}
