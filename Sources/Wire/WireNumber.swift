/// One of protobuf's numeric types: its Swift type and how that stands on the wire. The public
/// readers and writers name the type, and share what is written once for all of them.
protocol WireNumber {
  associatedtype Value
  static var type: WireType { get }
  static func read(from reader: inout WireReader) throws(WireError) -> Value
  static func write(_ value: Value, to writer: inout WireWriter)
  /// Whether a field without explicit presence leaves the value out.
  static func isDefault(_ value: Value) -> Bool
}

/// What a varint of 64 bits is turned into, and back.
protocol VarintNumber: WireNumber {
  static func value(_ number: UInt64) -> Value
  static func number(_ value: Value) -> UInt64
}

extension VarintNumber {
  static var type: WireType { .varint }
  static func read(from reader: inout WireReader) throws(WireError) -> Value {
    value(try reader.readVarint())
  }
  static func write(_ value: Value, to writer: inout WireWriter) {
    writer.appendVarint(number(value))
  }
  static func isDefault(_ value: Value) -> Bool { number(value) == 0 }
}

/// What four or eight bytes, low byte first, are turned into, and back.
protocol FixedNumber: WireNumber {
  associatedtype Bits: FixedWidthInteger & UnsignedInteger
  static func value(_ bits: Bits) -> Value
  static func bits(_ value: Value) -> Bits
}

extension FixedNumber {
  static var type: WireType { Bits.bitWidth == 32 ? .fixed32 : .fixed64 }
  static func read(from reader: inout WireReader) throws(WireError) -> Value {
    value(try reader.readFixed(Bits.self))
  }
  static func write(_ value: Value, to writer: inout WireWriter) {
    writer.appendFixed(bits(value))
  }
  /// Compares bits, for −0.0 equals 0.0 and is not the default.
  static func isDefault(_ value: Value) -> Bool { bits(value) == 0 }
}

/// Only the low 32 bits count, so a number written by a peer with a wider type still reads.
enum Int32Number: VarintNumber {
  typealias Value = Int32
  static func value(_ number: UInt64) -> Int32 { Int32(truncatingIfNeeded: number) }
  static func number(_ value: Int32) -> UInt64 { UInt64(bitPattern: Int64(value)) }
}

enum Int64Number: VarintNumber {
  typealias Value = Int64
  static func value(_ number: UInt64) -> Int64 { Int64(bitPattern: number) }
  static func number(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }
}

enum UInt32Number: VarintNumber {
  typealias Value = UInt32
  static func value(_ number: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: number) }
  static func number(_ value: UInt32) -> UInt64 { UInt64(value) }
}

enum UInt64Number: VarintNumber {
  typealias Value = UInt64
  static func value(_ number: UInt64) -> UInt64 { number }
  static func number(_ value: UInt64) -> UInt64 { value }
}

enum SInt32Number: VarintNumber {
  typealias Value = Int32
  static func value(_ number: UInt64) -> Int32 {
    Varint.unzigzag(UInt32(truncatingIfNeeded: number))
  }
  static func number(_ value: Int32) -> UInt64 { UInt64(Varint.zigzag(value)) }
}

enum SInt64Number: VarintNumber {
  typealias Value = Int64
  static func value(_ number: UInt64) -> Int64 { Varint.unzigzag(number) }
  static func number(_ value: Int64) -> UInt64 { Varint.zigzag(value) }
}

enum BoolNumber: VarintNumber {
  typealias Value = Bool
  static func value(_ number: UInt64) -> Bool { number != 0 }
  static func number(_ value: Bool) -> UInt64 { value ? 1 : 0 }
}

enum Fixed32Number: FixedNumber {
  typealias Value = UInt32
  typealias Bits = UInt32
  static func value(_ bits: UInt32) -> UInt32 { bits }
  static func bits(_ value: UInt32) -> UInt32 { value }
}

enum SFixed32Number: FixedNumber {
  typealias Value = Int32
  typealias Bits = UInt32
  static func value(_ bits: UInt32) -> Int32 { Int32(bitPattern: bits) }
  static func bits(_ value: Int32) -> UInt32 { UInt32(bitPattern: value) }
}

enum FloatNumber: FixedNumber {
  typealias Value = Float
  typealias Bits = UInt32
  static func value(_ bits: UInt32) -> Float { Float(bitPattern: bits) }
  static func bits(_ value: Float) -> UInt32 { value.bitPattern }
}

enum Fixed64Number: FixedNumber {
  typealias Value = UInt64
  typealias Bits = UInt64
  static func value(_ bits: UInt64) -> UInt64 { bits }
  static func bits(_ value: UInt64) -> UInt64 { value }
}

enum SFixed64Number: FixedNumber {
  typealias Value = Int64
  typealias Bits = UInt64
  static func value(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits) }
  static func bits(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }
}

enum DoubleNumber: FixedNumber {
  typealias Value = Double
  typealias Bits = UInt64
  static func value(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
  static func bits(_ value: Double) -> UInt64 { value.bitPattern }
}
