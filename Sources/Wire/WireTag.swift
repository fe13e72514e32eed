/// How the value after a tag is laid out: the low three bits of the tag.
public enum WireType: UInt8, Equatable, Sendable {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case startGroup = 3
  case endGroup = 4
  case fixed32 = 5
}

/// What stands before each value: the field's number and the layout of what follows.
public struct WireTag: Equatable, Sendable {
  /// 1 to 536870911.
  public let field: Int
  public let type: WireType
  /// Index of the tag's first byte in the top-level message.
  public let offset: Int

  public init(field: Int, type: WireType, offset: Int) {
    self.field = field
    self.type = type
    self.offset = offset
  }

  /// A tag is a varint of 32 bits, so it takes five bytes at most.
  static let bytesMax = 5
}
