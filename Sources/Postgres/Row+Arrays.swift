/// Array columns. Their elements must not be null; PostgreSQL's arrays of more than one dimension
/// are refused.
extension Row {
  /// Takes every integer array type.
  public func int64Array(_ column: Int) throws(PostgresError) -> [Int64] {
    try check(column, "an integer array", .int64Array, .int32Array, .int16Array)
    return try elements(column) { (bytes) throws(PostgresError) in
      guard let first = bytes.first, bytes.count <= 8 else {
        throw PostgresError(.protocolViolation("an integer of \(bytes.count) bytes"))
      }
      return bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
    }
  }

  public func textArray(_ column: Int) throws(PostgresError) -> [String] {
    try check(column, "a text array", .textArray)
    return try elements(column) { (bytes) throws(PostgresError) in
      String(decoding: bytes, as: UTF8.self)
    }
  }

  public func uuidArray(_ column: Int) throws(PostgresError) -> [PostgresUUID] {
    try check(column, "a uuid array", .uuidArray)
    return try elements(column) { (bytes) throws(PostgresError) in
      guard let value = PostgresUUID(bytes: bytes) else {
        throw PostgresError(.protocolViolation("a uuid of \(bytes.count) bytes"))
      }
      return value
    }
  }

  private func elements<Element>(
    _ column: Int, _ decode: (ArraySlice<UInt8>) throws(PostgresError) -> Element
  ) throws(PostgresError) -> [Element] {
    var rest = try content(column)
    let dimensions = try Self.word(&rest)
    _ = try Self.word(&rest)  // Whether a null is in it, which each element tells again.
    _ = try Self.word(&rest)  // The element type, which the column's type implies.
    guard dimensions != 0 else { return [] }
    guard dimensions == 1 else {
      throw PostgresError(.typeMismatch("column \(column) has \(dimensions) dimensions"))
    }
    let count = try Self.word(&rest)
    _ = try Self.word(&rest)  // The lower bound.
    var elements: [Element] = []
    for _ in 0..<max(count, 0) {
      let length = try Self.word(&rest)
      guard length >= 0 else { throw PostgresError(.unexpectedNull(column: column)) }
      guard length <= rest.count else { throw Self.cutShort }
      elements.append(try decode(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return elements
  }

  private static func word(_ rest: inout ArraySlice<UInt8>) throws(PostgresError) -> Int {
    guard rest.count >= 4 else { throw cutShort }
    let bits = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    rest = rest.dropFirst(4)
    return Int(Int32(bitPattern: bits))
  }

  private static var cutShort: PostgresError {
    PostgresError(.protocolViolation("an array cut short"))
  }
}
