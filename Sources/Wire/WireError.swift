/// Why bytes are not the message they were taken for, and where.
public struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The bytes end inside a tag, a value, a group or what a length announced.
    case truncated
    /// A varint of more than ten bytes, or one that does not fit into 64 bits.
    case varintOverlong
    case fieldNumberZero
    /// A tag of more than five bytes, or above 2^32−1.
    case tagTooLarge
    /// Wire types 6 and 7 are not assigned, so nobody can tell where such a field ends.
    case wireTypeInvalid(UInt8)
    /// A group's end that no start goes with.
    case groupUnbalanced
    case utf8Invalid
    /// Messages and groups stand deeper in one another than `WireLimits.wireDepthMax`.
    case depthOverLimit(limit: Int)
    /// More length-delimited elements than `WireLimits.wireElementsMax`.
    case elementsOverLimit(limit: Int)
  }

  public let reason: Reason
  /// Index, from the first byte of the top-level message, of the first byte of the tag, varint,
  /// length, element or character that could not be taken.
  public let offset: Int

  public init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  public var description: String {
    switch reason {
    case .truncated: "message cut short at byte \(offset)"
    case .varintOverlong: "varint of more than 64 bits at byte \(offset)"
    case .fieldNumberZero: "field number 0 at byte \(offset)"
    case .tagTooLarge: "tag of more than 32 bits at byte \(offset)"
    case .wireTypeInvalid(let type): "wire type \(type) at byte \(offset)"
    case .groupUnbalanced: "end of a group that was not begun at byte \(offset)"
    case .utf8Invalid: "string is not UTF-8 at byte \(offset)"
    case .depthOverLimit(let limit):
      "nested deeper than wireDepthMax \(limit) at byte \(offset)"
    case .elementsOverLimit(let limit):
      "more elements than wireElementsMax \(limit) at byte \(offset)"
    }
  }
}
