/// A statement's parameters as libpq takes them: all bytes in one buffer, and where each begins.
struct EncodedParameters {
  var bytes: [UInt8] = []
  /// −1 for null.
  var starts: [Int] = []
  var lengths: [Int32] = []
  /// 1, binary, for every one.
  var formats: [Int32] = []

  /// The protocol counts the parameters of a statement in 16 bits.
  static let countMax = 65_535

  init(_ parameters: [PostgresValue]) throws(PostgresError) {
    guard parameters.count <= Self.countMax else {
      throw PostgresError(.valueOutOfRange("\(parameters.count) parameters"))
    }
    starts.reserveCapacity(parameters.count)
    lengths.reserveCapacity(parameters.count)
    for parameter in parameters {
      let start = bytes.count
      let hasValue = try parameter.encode(into: &bytes)
      guard let length = Int32(exactly: bytes.count - start) else {
        throw PostgresError(.valueOutOfRange("parameter of \(bytes.count - start) bytes"))
      }
      starts.append(hasValue ? start : -1)
      lengths.append(length)
    }
    formats = [Int32](repeating: 1, count: parameters.count)
    // An empty array may have no address, and libpq reads a missing address as null: without this
    // byte an empty text alone would arrive as null.
    bytes.append(0)
  }
}
