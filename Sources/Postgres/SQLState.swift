/// The five characters by which PostgreSQL names a condition (PostgreSQL manual, appendix A).
///
/// Codes without a constant here are kept as they came, so that a log line can name them.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public var description: String { rawValue }

  public static let uniqueViolation = SQLState(rawValue: "23505")
  public static let checkViolation = SQLState(rawValue: "23514")
  public static let notNullViolation = SQLState(rawValue: "23502")
  public static let readOnlyTransaction = SQLState(rawValue: "25006")
  public static let idleInTransactionTimeout = SQLState(rawValue: "25P03")
  public static let serializationFailure = SQLState(rawValue: "40001")
  public static let deadlockDetected = SQLState(rawValue: "40P01")
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  public static let syntaxError = SQLState(rawValue: "42601")
  public static let undefinedTable = SQLState(rawValue: "42P01")
  public static let duplicateTable = SQLState(rawValue: "42P07")
  public static let duplicateDatabase = SQLState(rawValue: "42P04")
  public static let duplicateObject = SQLState(rawValue: "42710")
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  public static let queryCanceled = SQLState(rawValue: "57014")
  public static let adminShutdown = SQLState(rawValue: "57P01")
  public static let cannotConnectNow = SQLState(rawValue: "57P03")
}
