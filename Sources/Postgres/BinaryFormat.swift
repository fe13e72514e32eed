/// PostgreSQL's binary format: big-endian integers, and arrays as a header of dimension count,
/// null flag, element type, length and lower bound, then each element behind its length
/// (`array_send` in PostgreSQL's sources; −1 as length is null).
enum BinaryFormat {
  /// Microseconds from 1970-01-01, where the program counts from, to 2000-01-01, where the server
  /// does.
  static let epochMicroseconds: Int64 = 946_684_800_000_000

  static let nullLength: Int32 = -1
}

extension Array where Element == UInt8 {
  mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
    var shift = Number.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}

extension PostgresValue {
  /// Appends the value's bytes and answers whether there is a value: a null has none.
  func encode(into buffer: inout [UInt8]) throws(PostgresError) -> Bool {
    switch self {
    case .null: return false
    case .bool(let value): buffer.append(value ? 1 : 0)
    case .int16(let value): buffer.append(bigEndian: value)
    case .int32(let value): buffer.append(bigEndian: value)
    case .int64(let value): buffer.append(bigEndian: value)
    case .text(let value): buffer.append(contentsOf: value.utf8)
    case .bytes(let value): buffer.append(contentsOf: value)
    case .uuid(let value): Self.append(value, to: &buffer)
    case .timestamp(let value): buffer.append(bigEndian: try Self.serverTime(value))
    case .int16Array(let values): try Self.array(.int16, values, width: 2, &buffer)
    case .int32Array(let values): try Self.array(.int32, values, width: 4, &buffer)
    case .int64Array(let values): try Self.array(.int64, values, width: 8, &buffer)
    case .timestampArray(let values):
      var times: [Int64] = []
      times.reserveCapacity(values.count)
      for value in values { times.append(try Self.serverTime(value)) }
      try Self.array(.timestamptz, times, width: 8, &buffer)
    case .textArray(let values):
      try Self.header(.text, count: values.count, hasNull: false, &buffer)
      for value in values { try Self.element(value.utf8, &buffer) }
    case .nullableTextArray(let values):
      try Self.header(.text, count: values.count, hasNull: values.contains(nil), &buffer)
      for value in values {
        guard let value else {
          buffer.append(bigEndian: BinaryFormat.nullLength)
          continue
        }
        try Self.element(value.utf8, &buffer)
      }
    case .bytesArray(let values):
      try Self.header(.bytea, count: values.count, hasNull: false, &buffer)
      for value in values { try Self.element(value, &buffer) }
    case .uuidArray(let values):
      try Self.header(.uuid, count: values.count, hasNull: false, &buffer)
      for value in values {
        buffer.append(bigEndian: Int32(16))
        Self.append(value, to: &buffer)
      }
    }
    return true
  }

  /// The server's clock starts thirty years after ours, and its two extremes mean infinity.
  private static func serverTime(_ time: Int64) throws(PostgresError) -> Int64 {
    let (shifted, overflow) = time.subtractingReportingOverflow(BinaryFormat.epochMicroseconds)
    guard !overflow, shifted != .min else {
      throw PostgresError(.valueOutOfRange("timestamp \(time)"))
    }
    return shifted
  }

  private static func append(_ value: PostgresUUID, to buffer: inout [UInt8]) {
    buffer.append(bigEndian: value.high)
    buffer.append(bigEndian: value.low)
  }

  private static func array<Number: FixedWidthInteger>(
    _ type: PostgresType, _ values: [Number], width: Int32, _ buffer: inout [UInt8]
  ) throws(PostgresError) {
    try header(type, count: values.count, hasNull: false, &buffer)
    for value in values {
      buffer.append(bigEndian: width)
      buffer.append(bigEndian: value)
    }
  }

  /// An empty array has no dimension at all: the server refuses one of length 0.
  private static func header(
    _ element: PostgresType, count: Int, hasNull: Bool, _ buffer: inout [UInt8]
  ) throws(PostgresError) {
    guard let length = Int32(exactly: count) else {
      throw PostgresError(.valueOutOfRange("array of \(count) elements"))
    }
    buffer.append(bigEndian: Int32(count == 0 ? 0 : 1))
    buffer.append(bigEndian: Int32(hasNull ? 1 : 0))
    buffer.append(bigEndian: element.rawValue)
    guard count > 0 else { return }
    buffer.append(bigEndian: length)
    buffer.append(bigEndian: Int32(1))  // PostgreSQL's arrays count from 1.
  }

  private static func element(
    _ bytes: some Collection<UInt8>, _ buffer: inout [UInt8]
  ) throws(PostgresError) {
    guard let length = Int32(exactly: bytes.count) else {
      throw PostgresError(.valueOutOfRange("array element of \(bytes.count) bytes"))
    }
    buffer.append(bigEndian: length)
    buffer.append(contentsOf: bytes)
  }
}
