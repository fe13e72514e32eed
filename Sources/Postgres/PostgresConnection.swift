public import Logging
internal import Synchronization

/// One connection to PostgreSQL: an actor that lives on a thread of its own, the only place where
/// libpq is called.
///
/// Its methods block that thread and no other. Each runs to its end without a suspension, so two
/// callers never get between each other's statements.
///
/// ```
///             connect()                 a good answer
///   closed ───────────────▶ open ◀────────────────────┐
///     ▲                      │ └── pipeline, transaction ┘
///     └──────────────────────┘
///       connection lost, or close()
/// ```
/// A lost connection is not reopened by itself: that is the pool's, which knows when to try.
public actor PostgresConnection {
  private let thread: ConnectionThread
  private let target: ConnectionTarget
  let settings: PostgresSettings
  let logger: Logger

  var link: LibpqLink?
  /// The parameter types of what this session has prepared, by name.
  var prepared: [String: PreparedStatement] = [:]
  private let openFlag = OpenFlag()
  /// When transactions are given up; see `cancelTransactions`.
  var transactionsEnd: ContinuousClock.Instant?

  struct PreparedStatement {
    var sql: String
    var types: [PostgresType]
  }

  /// Shared with callers that want to know without waiting for the thread.
  private final class OpenFlag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  /// Makes a closed connection and its thread. Fails when the string does not parse.
  public init(
    connectionString: String, settings: PostgresSettings = .writing,
    logger: Logger = Logger(label: "postgres")
  ) throws(PostgresError) {
    self.target = try ConnectionTarget(connectionString, settings: settings)
    self.settings = settings
    self.logger = logger
    self.thread = try ConnectionThread()
  }

  /// A session still open here ends on whichever thread let go last. That does not block it:
  /// the link is in non-blocking mode, and libpq then sends its farewell without waiting.
  deinit { thread.stop() }

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe thread.asUnownedSerialExecutor()
  }

  /// Whether the session stood after the last statement. It may have died since.
  public nonisolated var isOpen: Bool { openFlag.isSet.load(ordering: .relaxed) }

  /// Opens a session, instead of the one there may be. Blocks for `connectTimeout` a host at most.
  public func connect() throws(PostgresError) {
    close()
    link = try LibpqLink(target)
    openFlag.isSet.store(true, ordering: .relaxed)
  }

  /// Ends the session; without one it does nothing.
  public func close() {
    link = nil
    prepared.removeAll()
    openFlag.isSet.store(false, ordering: .relaxed)
  }

  /// The process id of the server's side of this session.
  public func serverProcessID() throws(PostgresError) -> Int32 {
    try openLink().serverProcessID
  }
}

extension PostgresConnection {
  /// The open session, after a look whether the server has ended it meanwhile. That look is what
  /// lets a connection that died while idle fail as "not committed", before anything was sent.
  func openLink() throws(PostgresError) -> LibpqLink {
    guard let link else { throw PostgresError(.closed) }
    do throws(LibpqLink.Failure) {
      try link.lookForEnd()
      return link
    } catch {
      close()
      throw PostgresError(.connectionLost(error.message))
    }
  }
}
