import Wire

/// A message with a field of every kind, whose field numbers are its own; 31 is a message again.
struct Specimen: WireMessage, Equatable {
  struct Color: WireEnum {
    let rawValue: Int32
    static let none = Color(rawValue: 0)
    static let red = Color(rawValue: 1)
    var name: String? { self == .red ? "RED" : nil }
  }

  var int32: Int32 = 0
  var int64: Int64 = 0
  var uint32: UInt32 = 0
  var uint64: UInt64 = 0
  var sint32: Int32 = 0
  var sint64: Int64 = 0
  var bool = false
  var fixed32: UInt32 = 0
  var sfixed32: Int32 = 0
  var float: Float = 0
  var fixed64: UInt64 = 0
  var sfixed64: Int64 = 0
  var double: Double = 0
  var string = ""
  var bytes: [UInt8] = []
  var color = Color.none
  var optionalInt64: Int64?
  var optionalString: String?
  var optionalBytes: [UInt8]?
  var optionalBool: Bool?
  var int32s: [Int32] = []
  var int64s: [Int64] = []
  var bools: [Bool] = []
  var doubles: [Double] = []
  var fixed32s: [UInt32] = []
  var sint32s: [Int32] = []
  var strings: [String] = []
  var byteArrays: [[UInt8]] = []
  var map: [String: String] = [:]
  /// Boxed in an array, for a struct cannot hold itself; one that comes twice is merged.
  private var inner: [Specimen] = []
  var children: [Specimen] = []

  var child: Specimen? {
    get { inner.first }
    set { inner = newValue.map { [$0] } ?? [] }
  }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.int32(tag, into: &int32)
      case 2: try reader.int64(tag, into: &int64)
      case 3: try reader.uint32(tag, into: &uint32)
      case 4: try reader.uint64(tag, into: &uint64)
      case 5: try reader.sint32(tag, into: &sint32)
      case 6: try reader.sint64(tag, into: &sint64)
      case 7: try reader.bool(tag, into: &bool)
      case 8: try reader.fixed32(tag, into: &fixed32)
      case 9: try reader.sfixed32(tag, into: &sfixed32)
      case 10: try reader.float(tag, into: &float)
      case 11: try reader.fixed64(tag, into: &fixed64)
      case 12: try reader.sfixed64(tag, into: &sfixed64)
      case 13: try reader.double(tag, into: &double)
      case 14: try reader.string(tag, into: &string)
      case 15: try reader.bytes(tag, into: &bytes)
      case 16: try reader.enumeration(tag, into: &color)
      case 17: try reader.int64(tag, into: &optionalInt64)
      case 18: try reader.string(tag, into: &optionalString)
      case 19: try reader.bytes(tag, into: &optionalBytes)
      case 20: try reader.bool(tag, into: &optionalBool)
      default: try mergeRepeated(tag, from: &reader)
      }
    }
  }

  private mutating func mergeRepeated(
    _ tag: WireTag, from reader: inout WireReader
  ) throws(WireError) {
    switch tag.field {
    case 21: try reader.int32s(tag, into: &int32s)
    case 22: try reader.int64s(tag, into: &int64s)
    case 23: try reader.bools(tag, into: &bools)
    case 24: try reader.doubles(tag, into: &doubles)
    case 25: try reader.fixed32s(tag, into: &fixed32s)
    case 26: try reader.sint32s(tag, into: &sint32s)
    case 27: try reader.strings(tag, into: &strings)
    case 28: try reader.byteArrays(tag, into: &byteArrays)
    case 29: try reader.map(tag, into: &map)
    case 30: try reader.message(tag, into: &child)
    case 31: try reader.messages(tag, into: &children)
    default: try reader.skip(tag)
    }
  }

  func write(to writer: inout WireWriter) {
    writer.int32(int32, field: 1)
    writer.int64(int64, field: 2)
    writer.uint32(uint32, field: 3)
    writer.uint64(uint64, field: 4)
    writer.sint32(sint32, field: 5)
    writer.sint64(sint64, field: 6)
    writer.bool(bool, field: 7)
    writer.fixed32(fixed32, field: 8)
    writer.sfixed32(sfixed32, field: 9)
    writer.float(float, field: 10)
    writer.fixed64(fixed64, field: 11)
    writer.sfixed64(sfixed64, field: 12)
    writer.double(double, field: 13)
    writer.string(string, field: 14)
    writer.bytes(bytes, field: 15)
    writer.enumeration(color, field: 16)
    writer.optionalInt64(optionalInt64, field: 17)
    writer.optionalString(optionalString, field: 18)
    writer.optionalBytes(optionalBytes, field: 19)
    writer.optionalBool(optionalBool, field: 20)
    writer.int32s(int32s, field: 21)
    writer.int64s(int64s, field: 22)
    writer.bools(bools, field: 23)
    writer.doubles(doubles, field: 24)
    writer.fixed32s(fixed32s, field: 25)
    writer.sint32s(sint32s, field: 26)
    writer.strings(strings, field: 27)
    writer.byteArrays(byteArrays, field: 28)
    writer.map(map, field: 29)
    writer.message(child, field: 30)
    writer.messages(children, field: 31)
  }
}

extension Specimen {
  /// Changes what one line says, so that a test shows only what it is about.
  static func with(_ change: (inout Specimen) -> Void) -> Specimen {
    var specimen = Specimen()
    change(&specimen)
    return specimen
  }

  static func reading(
    _ bytes: [UInt8], limits: WireLimits = .standard
  ) throws(WireError) -> Specimen {
    try Specimen(wireBytes: bytes, limits: limits)
  }
}
