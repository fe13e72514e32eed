/// What one statement answered: the rows it returned, if any, and how many rows it touched.
///
/// The cells of all rows lie in one array of bytes, so a result of a thousand rows costs a handful
/// of allocations, and reading a number out of it costs none.
public struct Rows: Sendable, RandomAccessCollection {
  /// Where a cell's bytes lie; a count of −1 is null.
  struct Cell: Sendable {
    var start: Int
    var count: Int
  }

  /// `INSERT 0 3`, `UPDATE 1`, `SELECT 12`, `COMMIT`.
  public let commandTag: String
  /// Rows inserted, updated, deleted or returned; 0 for a command that has no such number.
  public let affectedRows: Int
  let columns: [UInt32]
  let cells: [Cell]
  let bytes: [UInt8]
  public let count: Int

  init(
    commandTag: String, affectedRows: Int, columns: [UInt32] = [], count: Int = 0,
    cells: [Cell] = [], bytes: [UInt8] = []
  ) {
    self.commandTag = commandTag
    self.affectedRows = affectedRows
    self.columns = columns
    self.cells = cells
    self.bytes = bytes
    self.count = count
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }
  public var columnCount: Int { columns.count }

  public subscript(index: Int) -> Row { Row(rows: self, index: index) }

  /// The only row, for statements that answer exactly one.
  public func single() throws(PostgresError) -> Row {
    guard count == 1 else { throw PostgresError(.rowCount(expected: 1, found: count)) }
    return self[0]
  }

  /// The only row or nil when there is none, for statements that look one up.
  public func singleIfAny() throws(PostgresError) -> Row? {
    count == 0 ? nil : try single()
  }
}
