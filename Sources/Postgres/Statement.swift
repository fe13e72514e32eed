/// One SQL statement under the name it is prepared by.
///
/// A connection prepares it the first time it runs it, and once more after a reconnect. The number
/// of rows a call works on is no part of the text (arrays and `unnest` carry them), so the set of
/// statements is fixed and the server never plans one because a batch has another size.
public struct Statement: Hashable, Sendable {
  /// Unique within a connection, at most 63 bytes: PostgreSQL cuts longer ones, and two could meet.
  public let name: String
  public let sql: String

  public static let nameBytesMax = 63

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }

  /// The statement with its parameters, ready to be sent.
  public func callAsFunction(_ parameters: PostgresValue...) -> BoundStatement {
    BoundStatement(self, parameters)
  }
}
