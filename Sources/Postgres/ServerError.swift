/// What PostgreSQL said when it refused a statement.
///
/// The texts come from the server and may quote rows: they belong in a log, never in an answer.
public struct ServerError: Equatable, Sendable {
  public var sqlState: SQLState
  public var message: String
  /// The constraint that was violated, for the codes of class 23; empty for every other.
  public var constraint: String
  /// The table the condition belongs to, where the server names one.
  public var table: String

  public init(sqlState: SQLState, message: String, constraint: String = "", table: String = "") {
    self.sqlState = sqlState
    self.message = message
    self.constraint = constraint
    self.table = table
  }
}
