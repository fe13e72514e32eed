/// Numbers. Each type has three writers: one leaves a default out, `optional…` writes whatever is
/// there, and the plural writes elements packed.
extension WireWriter {
  public mutating func int32(_ value: Int32, field: Int) {
    write(Int32Number.self, value, field: field)
  }

  public mutating func optionalInt32(_ value: Int32?, field: Int) {
    writeOptional(Int32Number.self, value, field: field)
  }

  public mutating func int32s(_ values: [Int32], field: Int) {
    writePacked(Int32Number.self, values, field: field)
  }

  public mutating func int64(_ value: Int64, field: Int) {
    write(Int64Number.self, value, field: field)
  }

  public mutating func optionalInt64(_ value: Int64?, field: Int) {
    writeOptional(Int64Number.self, value, field: field)
  }

  public mutating func int64s(_ values: [Int64], field: Int) {
    writePacked(Int64Number.self, values, field: field)
  }

  public mutating func uint32(_ value: UInt32, field: Int) {
    write(UInt32Number.self, value, field: field)
  }

  public mutating func optionalUint32(_ value: UInt32?, field: Int) {
    writeOptional(UInt32Number.self, value, field: field)
  }

  public mutating func uint32s(_ values: [UInt32], field: Int) {
    writePacked(UInt32Number.self, values, field: field)
  }

  public mutating func uint64(_ value: UInt64, field: Int) {
    write(UInt64Number.self, value, field: field)
  }

  public mutating func optionalUint64(_ value: UInt64?, field: Int) {
    writeOptional(UInt64Number.self, value, field: field)
  }

  public mutating func uint64s(_ values: [UInt64], field: Int) {
    writePacked(UInt64Number.self, values, field: field)
  }

  public mutating func sint32(_ value: Int32, field: Int) {
    write(SInt32Number.self, value, field: field)
  }

  public mutating func optionalSint32(_ value: Int32?, field: Int) {
    writeOptional(SInt32Number.self, value, field: field)
  }

  public mutating func sint32s(_ values: [Int32], field: Int) {
    writePacked(SInt32Number.self, values, field: field)
  }

  public mutating func sint64(_ value: Int64, field: Int) {
    write(SInt64Number.self, value, field: field)
  }

  public mutating func optionalSint64(_ value: Int64?, field: Int) {
    writeOptional(SInt64Number.self, value, field: field)
  }

  public mutating func sint64s(_ values: [Int64], field: Int) {
    writePacked(SInt64Number.self, values, field: field)
  }

  public mutating func bool(_ value: Bool, field: Int) {
    write(BoolNumber.self, value, field: field)
  }

  public mutating func optionalBool(_ value: Bool?, field: Int) {
    writeOptional(BoolNumber.self, value, field: field)
  }

  public mutating func bools(_ values: [Bool], field: Int) {
    writePacked(BoolNumber.self, values, field: field)
  }

  public mutating func fixed32(_ value: UInt32, field: Int) {
    write(Fixed32Number.self, value, field: field)
  }

  public mutating func optionalFixed32(_ value: UInt32?, field: Int) {
    writeOptional(Fixed32Number.self, value, field: field)
  }

  public mutating func fixed32s(_ values: [UInt32], field: Int) {
    writePacked(Fixed32Number.self, values, field: field)
  }

  public mutating func sfixed32(_ value: Int32, field: Int) {
    write(SFixed32Number.self, value, field: field)
  }

  public mutating func optionalSfixed32(_ value: Int32?, field: Int) {
    writeOptional(SFixed32Number.self, value, field: field)
  }

  public mutating func sfixed32s(_ values: [Int32], field: Int) {
    writePacked(SFixed32Number.self, values, field: field)
  }

  public mutating func float(_ value: Float, field: Int) {
    write(FloatNumber.self, value, field: field)
  }

  public mutating func optionalFloat(_ value: Float?, field: Int) {
    writeOptional(FloatNumber.self, value, field: field)
  }

  public mutating func floats(_ values: [Float], field: Int) {
    writePacked(FloatNumber.self, values, field: field)
  }

  public mutating func fixed64(_ value: UInt64, field: Int) {
    write(Fixed64Number.self, value, field: field)
  }

  public mutating func optionalFixed64(_ value: UInt64?, field: Int) {
    writeOptional(Fixed64Number.self, value, field: field)
  }

  public mutating func fixed64s(_ values: [UInt64], field: Int) {
    writePacked(Fixed64Number.self, values, field: field)
  }

  public mutating func sfixed64(_ value: Int64, field: Int) {
    write(SFixed64Number.self, value, field: field)
  }

  public mutating func optionalSfixed64(_ value: Int64?, field: Int) {
    writeOptional(SFixed64Number.self, value, field: field)
  }

  public mutating func sfixed64s(_ values: [Int64], field: Int) {
    writePacked(SFixed64Number.self, values, field: field)
  }

  public mutating func double(_ value: Double, field: Int) {
    write(DoubleNumber.self, value, field: field)
  }

  public mutating func optionalDouble(_ value: Double?, field: Int) {
    writeOptional(DoubleNumber.self, value, field: field)
  }

  public mutating func doubles(_ values: [Double], field: Int) {
    writePacked(DoubleNumber.self, values, field: field)
  }

  private mutating func write<N: WireNumber>(_: N.Type, _ value: N.Value, field: Int) {
    guard !N.isDefault(value) else { return }
    appendTag(field, N.type)
    N.write(value, to: &self)
  }

  private mutating func writeOptional<N: WireNumber>(_: N.Type, _ value: N.Value?, field: Int) {
    guard let value else { return }
    appendTag(field, N.type)
    N.write(value, to: &self)
  }

  private mutating func writePacked<N: WireNumber>(_: N.Type, _ values: [N.Value], field: Int) {
    guard !values.isEmpty else { return }
    let start = beginDelimited(field)
    for value in values { N.write(value, to: &self) }
    endDelimited(start)
  }
}
