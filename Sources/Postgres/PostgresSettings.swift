/// How a connection behaves. Everything the server has to know travels in the start-up packet and
/// nothing is `SET` later, so that it also holds behind a transaction pooler.
public struct PostgresSettings: Sendable {
  /// How long a statement waits for one lock before it fails with 55P03 and is sent again.
  public var lockTimeout: Duration = .seconds(2)

  /// How long the server keeps a transaction whose client has fallen silent between two trips.
  /// A stopped process would otherwise hold its row locks for as long as it is stopped.
  public var idleInTransactionTimeout: Duration = .seconds(2)

  /// How long a statement may run; zero for ever, as a write must: a COMMIT that waits for a
  /// standby would otherwise be cut, and its outcome be unknown.
  public var statementTimeout: Duration = .zero

  /// How long an answer may stay away, without a byte of it, before the connection counts as lost.
  /// Zero is for ever, as a migration needs: building an index is silent work.
  public var silenceMax: Duration = .seconds(10)

  /// For each host of the connection string, unless it says otherwise; libpq's own least is 2 s.
  public var connectTimeout: Duration = .seconds(2)

  /// Whether a pool asks the server to give up a statement whose caller's deadline has passed.
  /// Never for writes: the commit travels with them, and its outcome would be unknown.
  public var cancelsAtDeadline = false

  /// Whether a commit waits until it is on the disk. Without that a crash of the server may undo
  /// the last commits, so it is for what can be found out again.
  public var commitsDurably = true

  /// Whether a statement is planned once and not for each execution. What writes goes by primary
  /// keys whatever its parameters, but with a batch of one the server finds a plan made for it
  /// alone so much cheaper than one made for ten rows that it plans again and again, which takes
  /// as long as the statement itself.
  public var plansOnce = true

  public var applicationName = "orderly"

  public init() {}

  /// For connections that change rows.
  public static let writing = PostgresSettings()

  /// For connections whose changes may be lost, since they only repeat what is known elsewhere.
  public static let hinting: PostgresSettings = {
    var settings = PostgresSettings()
    settings.commitsDurably = false
    return settings
  }()

  /// For connections that only read: no read is worth more than five seconds.
  public static let reading: PostgresSettings = {
    var settings = PostgresSettings()
    settings.statementTimeout = .seconds(5)
    settings.plansOnce = false
    settings.cancelsAtDeadline = true
    return settings
  }()

  /// For migrations: building an index is silent for as long as it takes.
  public static let migrating: PostgresSettings = {
    var settings = PostgresSettings()
    settings.silenceMax = .zero
    settings.plansOnce = false
    return settings
  }()
}
