/// One parameter of a statement. It travels in PostgreSQL's binary format and under its own type,
/// so a statement sees the same parameter types in every execution.
public enum PostgresValue: Hashable, Sendable {
  /// A null that still says which type the parameter has.
  case null(PostgresType)
  case bool(Bool)
  case int16(Int16)
  case int32(Int32)
  case int64(Int64)
  case text(String)
  case bytes([UInt8])
  case uuid(PostgresUUID)
  /// Microseconds since 1970-01-01 00:00 UTC.
  case timestamp(Int64)
  case int16Array([Int16])
  case int32Array([Int32])
  case int64Array([Int64])
  case textArray([String])
  /// Text whose elements may be null, for columns such as a key that not every row has.
  case nullableTextArray([String?])
  case bytesArray([[UInt8]])
  case uuidArray([PostgresUUID])
  /// Microseconds since 1970-01-01 00:00 UTC.
  case timestampArray([Int64])

  public static func text(orNull value: String?) -> PostgresValue {
    value.map(PostgresValue.text) ?? .null(.text)
  }

  public static func bytes(orNull value: [UInt8]?) -> PostgresValue {
    value.map(PostgresValue.bytes) ?? .null(.bytea)
  }

  public var type: PostgresType {
    switch self {
    case .null(let type): type
    case .bool: .bool
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .text: .text
    case .bytes: .bytea
    case .uuid: .uuid
    case .timestamp: .timestamptz
    case .int16Array: .int16Array
    case .int32Array: .int32Array
    case .int64Array: .int64Array
    case .textArray, .nullableTextArray: .textArray
    case .bytesArray: .byteaArray
    case .uuidArray: .uuidArray
    case .timestampArray: .timestamptzArray
    }
  }
}
