/// The name of one thing that is sold: 1 to 64 bytes of `[A-Za-z0-9._-]`, compared as bytes.
///
/// Parsed once where a request comes in and trusted from there on. It is never trimmed and its
/// case is never folded, so what a caller sent is what a caller gets back.
public struct SKU: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Long enough for every numbering in use; short enough to stay cheap as a primary key.
  public static let bytesMax = 64

  public let text: String

  /// Nil when `text` is not a SKU.
  public init?(_ text: String) {
    let bytes = text.utf8
    guard (1...Self.bytesMax).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else {
      return nil
    }
    self.text = text
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// For ASCII, Swift's order of strings is the order of their bytes, which is also what a database
  /// with LC_COLLATE C sorts by; locks taken in this order are therefore taken in one order
  /// everywhere.
  public static func < (one: SKU, other: SKU) -> Bool { one.text < other.text }

  public var description: String { text }
}
