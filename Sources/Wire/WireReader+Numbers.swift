/// Numbers. Each type has three readers: of a field with a default, of one with explicit presence,
/// and of a repeated one, which takes packed and single elements alike and keeps their order.
extension WireReader {
  public mutating func int32(_ tag: WireTag, into value: inout Int32) throws(WireError) {
    if let number = try read(Int32Number.self, tag) { value = number }
  }

  public mutating func int32(_ tag: WireTag, into value: inout Int32?) throws(WireError) {
    if let number = try read(Int32Number.self, tag) { value = number }
  }

  public mutating func int32s(_ tag: WireTag, into values: inout [Int32]) throws(WireError) {
    try readAll(Int32Number.self, tag, into: &values)
  }

  public mutating func int64(_ tag: WireTag, into value: inout Int64) throws(WireError) {
    if let number = try read(Int64Number.self, tag) { value = number }
  }

  public mutating func int64(_ tag: WireTag, into value: inout Int64?) throws(WireError) {
    if let number = try read(Int64Number.self, tag) { value = number }
  }

  public mutating func int64s(_ tag: WireTag, into values: inout [Int64]) throws(WireError) {
    try readAll(Int64Number.self, tag, into: &values)
  }

  public mutating func uint32(_ tag: WireTag, into value: inout UInt32) throws(WireError) {
    if let number = try read(UInt32Number.self, tag) { value = number }
  }

  public mutating func uint32(_ tag: WireTag, into value: inout UInt32?) throws(WireError) {
    if let number = try read(UInt32Number.self, tag) { value = number }
  }

  public mutating func uint32s(_ tag: WireTag, into values: inout [UInt32]) throws(WireError) {
    try readAll(UInt32Number.self, tag, into: &values)
  }

  public mutating func uint64(_ tag: WireTag, into value: inout UInt64) throws(WireError) {
    if let number = try read(UInt64Number.self, tag) { value = number }
  }

  public mutating func uint64(_ tag: WireTag, into value: inout UInt64?) throws(WireError) {
    if let number = try read(UInt64Number.self, tag) { value = number }
  }

  public mutating func uint64s(_ tag: WireTag, into values: inout [UInt64]) throws(WireError) {
    try readAll(UInt64Number.self, tag, into: &values)
  }

  public mutating func sint32(_ tag: WireTag, into value: inout Int32) throws(WireError) {
    if let number = try read(SInt32Number.self, tag) { value = number }
  }

  public mutating func sint32(_ tag: WireTag, into value: inout Int32?) throws(WireError) {
    if let number = try read(SInt32Number.self, tag) { value = number }
  }

  public mutating func sint32s(_ tag: WireTag, into values: inout [Int32]) throws(WireError) {
    try readAll(SInt32Number.self, tag, into: &values)
  }

  public mutating func sint64(_ tag: WireTag, into value: inout Int64) throws(WireError) {
    if let number = try read(SInt64Number.self, tag) { value = number }
  }

  public mutating func sint64(_ tag: WireTag, into value: inout Int64?) throws(WireError) {
    if let number = try read(SInt64Number.self, tag) { value = number }
  }

  public mutating func sint64s(_ tag: WireTag, into values: inout [Int64]) throws(WireError) {
    try readAll(SInt64Number.self, tag, into: &values)
  }

  public mutating func bool(_ tag: WireTag, into value: inout Bool) throws(WireError) {
    if let number = try read(BoolNumber.self, tag) { value = number }
  }

  public mutating func bool(_ tag: WireTag, into value: inout Bool?) throws(WireError) {
    if let number = try read(BoolNumber.self, tag) { value = number }
  }

  public mutating func bools(_ tag: WireTag, into values: inout [Bool]) throws(WireError) {
    try readAll(BoolNumber.self, tag, into: &values)
  }

  public mutating func fixed32(_ tag: WireTag, into value: inout UInt32) throws(WireError) {
    if let number = try read(Fixed32Number.self, tag) { value = number }
  }

  public mutating func fixed32(_ tag: WireTag, into value: inout UInt32?) throws(WireError) {
    if let number = try read(Fixed32Number.self, tag) { value = number }
  }

  public mutating func fixed32s(_ tag: WireTag, into values: inout [UInt32]) throws(WireError) {
    try readAll(Fixed32Number.self, tag, into: &values)
  }

  public mutating func sfixed32(_ tag: WireTag, into value: inout Int32) throws(WireError) {
    if let number = try read(SFixed32Number.self, tag) { value = number }
  }

  public mutating func sfixed32(_ tag: WireTag, into value: inout Int32?) throws(WireError) {
    if let number = try read(SFixed32Number.self, tag) { value = number }
  }

  public mutating func sfixed32s(_ tag: WireTag, into values: inout [Int32]) throws(WireError) {
    try readAll(SFixed32Number.self, tag, into: &values)
  }

  public mutating func float(_ tag: WireTag, into value: inout Float) throws(WireError) {
    if let number = try read(FloatNumber.self, tag) { value = number }
  }

  public mutating func float(_ tag: WireTag, into value: inout Float?) throws(WireError) {
    if let number = try read(FloatNumber.self, tag) { value = number }
  }

  public mutating func floats(_ tag: WireTag, into values: inout [Float]) throws(WireError) {
    try readAll(FloatNumber.self, tag, into: &values)
  }

  public mutating func fixed64(_ tag: WireTag, into value: inout UInt64) throws(WireError) {
    if let number = try read(Fixed64Number.self, tag) { value = number }
  }

  public mutating func fixed64(_ tag: WireTag, into value: inout UInt64?) throws(WireError) {
    if let number = try read(Fixed64Number.self, tag) { value = number }
  }

  public mutating func fixed64s(_ tag: WireTag, into values: inout [UInt64]) throws(WireError) {
    try readAll(Fixed64Number.self, tag, into: &values)
  }

  public mutating func sfixed64(_ tag: WireTag, into value: inout Int64) throws(WireError) {
    if let number = try read(SFixed64Number.self, tag) { value = number }
  }

  public mutating func sfixed64(_ tag: WireTag, into value: inout Int64?) throws(WireError) {
    if let number = try read(SFixed64Number.self, tag) { value = number }
  }

  public mutating func sfixed64s(_ tag: WireTag, into values: inout [Int64]) throws(WireError) {
    try readAll(SFixed64Number.self, tag, into: &values)
  }

  public mutating func double(_ tag: WireTag, into value: inout Double) throws(WireError) {
    if let number = try read(DoubleNumber.self, tag) { value = number }
  }

  public mutating func double(_ tag: WireTag, into value: inout Double?) throws(WireError) {
    if let number = try read(DoubleNumber.self, tag) { value = number }
  }

  public mutating func doubles(_ tag: WireTag, into values: inout [Double]) throws(WireError) {
    try readAll(DoubleNumber.self, tag, into: &values)
  }

  /// The number after a tag, or nil when the field was skipped because its wire type is another.
  private mutating func read<N: WireNumber>(
    _: N.Type, _ tag: WireTag
  ) throws(WireError) -> N.Value? {
    guard tag.type == N.type else {
      try skip(tag)
      return nil
    }
    return try N.read(from: &self)
  }

  /// Nothing is reserved ahead: a packed run grows with the elements that are really there.
  private mutating func readAll<N: WireNumber>(
    _: N.Type, _ tag: WireTag, into values: inout [N.Value]
  ) throws(WireError) {
    guard tag.type == .lengthDelimited else {
      if let number = try read(N.self, tag) { values.append(number) }
      return
    }
    let packed = try readLength(tag)
    let outerEnd = end
    position = packed.lowerBound
    end = packed.upperBound
    while position < end { values.append(try N.read(from: &self)) }
    end = outerEnd
  }

  mutating func readFixed<Bits: FixedWidthInteger & UnsignedInteger>(
    _: Bits.Type
  ) throws(WireError) -> Bits {
    let range = try take(Bits.bitWidth / 8, from: position)
    var bits: Bits = 0
    for index in range.reversed() { bits = bits &<< 8 | Bits(truncatingIfNeeded: bytes[index]) }
    return bits
  }
}
