/// Strings, byte arrays, messages, enums and maps.
extension WireReader {
  public mutating func string(_ tag: WireTag, into value: inout String) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    value = try readString(tag)
  }

  public mutating func string(_ tag: WireTag, into value: inout String?) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    value = try readString(tag)
  }

  public mutating func strings(_ tag: WireTag, into values: inout [String]) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    values.append(try readString(tag))
  }

  public mutating func bytes(_ tag: WireTag, into value: inout [UInt8]) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    value = copy(try readLength(tag))
  }

  public mutating func bytes(_ tag: WireTag, into value: inout [UInt8]?) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    value = copy(try readLength(tag))
  }

  public mutating func byteArrays(
    _ tag: WireTag, into values: inout [[UInt8]]
  ) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    values.append(copy(try readLength(tag)))
  }

  /// A message field that comes twice is merged field by field into what came first.
  @inlinable
  public mutating func message<M: WireMessage>(
    _ tag: WireTag, into value: inout M?
  ) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    let outerEnd = try enterMessage(tag)
    var merged = value ?? M()
    try merged.merge(from: &self)
    value = merged
    leaveMessage(outerEnd)
  }

  @inlinable
  public mutating func messages<M: WireMessage>(
    _ tag: WireTag, into values: inout [M]
  ) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    let outerEnd = try enterMessage(tag)
    let value = try M(from: &self)
    if values.count == values.capacity {
      // By a quarter and not to twice the size: two bytes may stand for an element of a hundred,
      // and while the array grows the old one is held beside it.
      values.reserveCapacity(values.count + max(values.count / 4, 4))
    }
    values.append(value)
    leaveMessage(outerEnd)
  }

  /// Any number is taken, with a name or without.
  @inlinable
  public mutating func enumeration<E: WireEnum>(
    _ tag: WireTag, into value: inout E
  ) throws(WireError) {
    var number = value.rawValue
    try int32(tag, into: &number)
    value = E(rawValue: number)
  }

  /// One entry of a map: a message of a key (1) and a value (2), each of them "" when left out.
  /// Of several entries with one key the last stands. Keys are compared as `String` compares, so
  /// two that differ only in how they compose a character are one key.
  public mutating func map(
    _ tag: WireTag, into entries: inout [String: String]
  ) throws(WireError) {
    guard tag.type == .lengthDelimited else { return try skip(tag) }
    let outerEnd = try enterMessage(tag)
    var key = ""
    var value = ""
    while let inner = try nextTag() {
      switch inner.field {
      case 1: try string(inner, into: &key)
      case 2: try string(inner, into: &value)
      default: try skip(inner)
      }
    }
    entries[key] = value
    leaveMessage(outerEnd)
  }

  /// Validates and copies in the standard library, which also says where the bad character stands.
  private mutating func readString(_ tag: WireTag) throws(WireError) -> String {
    let range = try readLength(tag)
    if range.isEmpty { return "" }
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: bytes.extracting(range)))
    } catch {
      let offset = range.lowerBound + error.byteOffsets.lowerBound
      throw WireError(reason: .utf8Invalid, offset: offset)
    }
  }

  private func copy(_ range: Range<Int>) -> [UInt8] {
    unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }
}
