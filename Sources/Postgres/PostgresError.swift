/// Why something asked of PostgreSQL did not happen, or may not have happened.
public struct PostgresError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    // Before anything is sent.
    case invalidConnectionString(String)
    case threadUnavailable(code: Int32)
    case connectFailed(String)
    case invalidStatement(String)
    /// A parameter or column is not of the type asked for; the text names both.
    case typeMismatch(String)
    /// A value that its PostgreSQL type cannot carry, such as a timestamp before 4713 BC.
    case valueOutOfRange(String)
    // While it is on its way.
    case connectionLost(String)
    /// The server answered something that the protocol does not allow at this point.
    case protocolViolation(String)
    /// The server refused a statement; the transaction has been rolled back.
    case server(ServerError)
    // Reading rows.
    case unexpectedNull(column: Int)
    case noSuchColumn(column: Int, count: Int)
    case rowCount(expected: Int, found: Int)
    // The pool.
    /// No connection is up, and the time a request may wait for one has passed.
    case unavailable
    /// More requests wait for a connection than may.
    case overloaded
    case deadlineExceeded
    case cancelled
    case closed
    // Starting on a database.
    /// `'Z' < 'a'` is false: the database does not sort text by bytes (`LC_COLLATE` is not `C`).
    case textOrder(String)
    case invalidMigration(name: String, String)
    /// The stored checksum of a migration is not that of the file compiled into this program.
    case migrationChanged(name: String)
    case migrationFailed(name: String, ServerError)
  }

  /// What is known of the transaction when the error arose.
  public enum Outcome: Equatable, Sendable {
    /// Nothing of it is, or ever will be, committed.
    case notCommitted
    /// Its commit had been sent and no answer came: it may be committed, now or in a moment.
    case unknown
  }

  public let reason: Reason
  public let outcome: Outcome
  /// The place of the statement that failed in the list it was sent in, from 0.
  public let statementIndex: Int?

  public init(_ reason: Reason, outcome: Outcome = .notCommitted, statementIndex: Int? = nil) {
    self.reason = reason
    self.outcome = outcome
    self.statementIndex = statementIndex
  }
}

extension PostgresError {
  public var serverError: ServerError? {
    switch reason {
    case .server(let error), .migrationFailed(_, let error): error
    default: nil
    }
  }

  public var sqlState: SQLState? { serverError?.sqlState }

  /// The violated constraint, or nil when there is none.
  public var constraint: String? {
    guard let name = serverError?.constraint, !name.isEmpty else { return nil }
    return name
  }

  /// The server undid the transaction only because of others that ran beside it, so the same
  /// statements may be sent again as they are, after a random pause.
  public var isRetryable: Bool {
    switch sqlState {
    case .serializationFailure, .deadlockDetected, .lockNotAvailable: true
    default: false
    }
  }

  public var isOutcomeUnknown: Bool { outcome == .unknown }

  public var isConnectionLost: Bool {
    if case .connectionLost = reason { return true }
    return false
  }

  /// The database could not be asked: as opposed to one that was asked and refused.
  public var isUnavailable: Bool {
    switch reason {
    case .connectFailed, .connectionLost, .unavailable, .threadUnavailable, .closed: true
    default: false
    }
  }

  /// The server will not take writes on this connection any more (it became a standby).
  public var isReadOnlyServer: Bool { sqlState == .readOnlyTransaction }
}

extension PostgresError: CustomStringConvertible {
  public var description: String {
    let place = statementIndex.map { " in statement \($0)" } ?? ""
    let doubt = isOutcomeUnknown ? "; whether it was committed is not known" : ""
    return text + place + doubt
  }

  private var text: String {
    switch reason {
    case .invalidConnectionString(let why): "invalid connection string: \(why)"
    case .threadUnavailable(let code): "no thread for a connection (error \(code))"
    case .connectFailed(let message): "cannot connect to PostgreSQL: \(message)"
    case .invalidStatement(let why): "invalid statement: \(why)"
    case .typeMismatch(let why): "type mismatch: \(why)"
    case .valueOutOfRange(let why): "value out of range: \(why)"
    case .connectionLost(let message): "connection to PostgreSQL lost: \(message)"
    case .protocolViolation(let why): "unexpected answer of PostgreSQL: \(why)"
    case .server(let error): "PostgreSQL error \(error.sqlState): \(error.message)"
    case .unexpectedNull(let column): "column \(column) is null"
    case .noSuchColumn(let column, let count): "no column \(column): the row has \(count)"
    case .rowCount(let expected, let found): "expected \(expected) rows and got \(found)"
    case .unavailable: "no connection to PostgreSQL"
    case .deadlineExceeded: "deadline passed while waiting for PostgreSQL"
    case .overloaded: "too many requests wait for PostgreSQL"
    case .cancelled: "cancelled while waiting for PostgreSQL"
    case .closed: "the connection was closed"
    case .textOrder(let database):
      "database \(database) does not sort text by bytes; create it with LC_COLLATE 'C'"
    case .invalidMigration(let name, let why): "migration \(name): \(why)"
    case .migrationChanged(let name):
      "migration \(name) was applied with another content than this program has"
    case .migrationFailed(let name, let error):
      "migration \(name) failed: \(error.sqlState) \(error.message)"
    }
  }
}
