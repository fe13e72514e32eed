/// A statement and what its `$1`, `$2`, … stand for in one execution.
public struct BoundStatement: Hashable, Sendable {
  public var statement: Statement
  public var parameters: [PostgresValue]

  public init(_ statement: Statement, _ parameters: [PostgresValue] = []) {
    self.statement = statement
    self.parameters = parameters
  }
}
