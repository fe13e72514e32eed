import Operations
import Postgres

/// What went wrong with a database, as the failure that ends the program.
enum DatabaseFailure {
  /// - Parameter name: `inventory` or `orders`.
  static func failure(_ error: PostgresError, of name: String, wait: Duration) -> Failure {
    let flag = "--\(name)-database"
    if case .invalidConnectionString = error.reason {
      // libpq's words repeat the string, and the string may hold a password.
      return Failure(
        .wrongConfiguration, "\(name).database is no libpq connection string",
        remedy: "give one such as \"host=db dbname=\(name) user=\(name)\" with \(flag)")
    }
    if error.isUnavailable || error.reason == .deadlineExceeded {
      return Failure(
        .unavailable,
        "the database of \(name) cannot be used within \(wait.settingText): \(error)",
        remedy: "start PostgreSQL, correct \(flag), or wait longer with --database-wait")
    }
    if error.sqlState == .insufficientPrivilege {
      return Failure(
        .noPermission, "the database of \(name): \(error)",
        remedy: "run orderly migrate with the role that owns it, and --\(name)-serving-role with "
          + "the one that serves")
    }
    return switch error.reason {
    case .textOrder:
      Failure(
        .wrongConfiguration, "the database of \(name): \(error)", remedy: "or correct \(flag)")
    case .migrationChanged:
      Failure(
        .wrongConfiguration, "the database of \(name): \(error)",
        remedy: "run the release that made it, or correct \(flag)")
    default:
      Failure(
        .internalError, "the database of \(name): \(error)",
        remedy: "correct its cause in the database and start again")
    }
  }

  static func failure(_ error: PrivateClusterError) -> Failure {
    let exit = ExitReason(rawValue: error.exitCode) ?? .internalError
    if case .startFailed(let log) = error.reason {
      return Failure(
        exit, "the private PostgreSQL did not start", remedy: "see the end of its log above",
        context: log)
    }
    return Failure(
      exit, "the private PostgreSQL: \(error)",
      remedy: "or name an existing server with --inventory-database and --orders-database")
  }
}
