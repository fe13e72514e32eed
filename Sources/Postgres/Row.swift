/// One row of an answer. Columns are numbered from 0 in the order of the statement.
///
/// Each accessor throws when there is no such column, when the column is of another type, and,
/// except for those named `…IfAny`, when it is null.
public struct Row: Sendable {
  let rows: Rows
  let index: Int

  public func isNull(_ column: Int) throws(PostgresError) -> Bool {
    try cell(column).count < 0
  }

  public func bool(_ column: Int) throws(PostgresError) -> Bool {
    try check(column, "a boolean", .bool)
    return try integer(column) != 0
  }

  public func int16(_ column: Int) throws(PostgresError) -> Int16 {
    try check(column, "a smallint", .int16)
    return Int16(truncatingIfNeeded: try integer(column))
  }

  public func int32(_ column: Int) throws(PostgresError) -> Int32 {
    try check(column, "an integer", .int32, .int16)
    return Int32(truncatingIfNeeded: try integer(column))
  }

  /// Takes every integer type, since widening loses nothing.
  public func int64(_ column: Int) throws(PostgresError) -> Int64 {
    try check(column, "a bigint", .int64, .int32, .int16)
    return try integer(column)
  }

  public func text(_ column: Int) throws(PostgresError) -> String {
    try check(column, "text", .text, .varchar, .name)
    return String(decoding: try content(column), as: UTF8.self)
  }

  public func textIfAny(_ column: Int) throws(PostgresError) -> String? {
    try isNull(column) ? nil : try text(column)
  }

  public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
    try check(column, "bytea", .bytea)
    return Array(try content(column))
  }

  public func bytesIfAny(_ column: Int) throws(PostgresError) -> [UInt8]? {
    try isNull(column) ? nil : try bytes(column)
  }

  public func int64IfAny(_ column: Int) throws(PostgresError) -> Int64? {
    try isNull(column) ? nil : try int64(column)
  }

  public func uuid(_ column: Int) throws(PostgresError) -> PostgresUUID {
    try check(column, "uuid", .uuid)
    guard let value = PostgresUUID(bytes: try content(column)) else {
      throw PostgresError(.protocolViolation("a uuid of another length than 16 bytes"))
    }
    return value
  }

  /// Microseconds since 1970-01-01 00:00 UTC.
  public func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
    try check(column, "timestamptz", .timestamptz)
    return try Self.ourTime(try integer(column))
  }

  public func timestampIfAny(_ column: Int) throws(PostgresError) -> Int64? {
    try isNull(column) ? nil : try timestamp(column)
  }

  /// The server's extremes mean minus and plus infinity, which no number of ours does.
  private static func ourTime(_ time: Int64) throws(PostgresError) -> Int64 {
    let (shifted, overflow) = time.addingReportingOverflow(BinaryFormat.epochMicroseconds)
    guard !overflow, time != .min, time != .max else {
      throw PostgresError(.valueOutOfRange("timestamp \(time) of the server"))
    }
    return shifted
  }
}

extension Row {
  /// The bytes of a cell that is not null.
  func content(_ column: Int) throws(PostgresError) -> ArraySlice<UInt8> {
    let cell = try cell(column)
    guard cell.count >= 0 else { throw PostgresError(.unexpectedNull(column: column)) }
    return rows.bytes[cell.start..<cell.start + cell.count]
  }

  func check(
    _ column: Int, _ asked: String, _ accepted: PostgresType...
  ) throws(PostgresError) {
    _ = try cell(column)
    let found = rows.columns[column]
    guard accepted.contains(where: { $0.rawValue == found }) else {
      let name = PostgresType(rawValue: found).map { "\($0)" } ?? "type \(found)"
      throw PostgresError(.typeMismatch("column \(column) is \(name), asked for as \(asked)"))
    }
  }

  private func cell(_ column: Int) throws(PostgresError) -> Rows.Cell {
    let width = rows.columns.count
    guard column >= 0, column < width, index >= 0, index < rows.count else {
      throw PostgresError(.noSuchColumn(column: column, count: width))
    }
    return rows.cells[index * width + column]
  }

  /// A big-endian integer of the width the server sent, with its sign.
  private func integer(_ column: Int) throws(PostgresError) -> Int64 {
    let content = try content(column)
    guard let first = content.first, content.count <= 8 else {
      throw PostgresError(.protocolViolation("an integer of \(content.count) bytes"))
    }
    var value = Int64(Int8(bitPattern: first))
    for byte in content.dropFirst() { value = value << 8 | Int64(byte) }
    return value
  }
}
