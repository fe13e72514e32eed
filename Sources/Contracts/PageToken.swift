/// Where the next page of a list begins. Callers hand it back as it is; it is checked against the
/// list and the filter it was made for, and against damage. It is no secret and proves nothing.
///
///     token   hexadecimal digits of: checksum, 8 bytes; position, as the list spells it
public enum PageToken {
  /// - Parameters:
  ///   - position: The last entry of the page, as the list spells it.
  ///   - filter: Which list, and everything that chose its entries.
  public static func write(_ position: [UInt8], filter: CanonicalBytes) -> String {
    seal(position, for: filter)
  }

  /// The position; nil for an empty token, which is the first page.
  public static func read(
    _ token: String, filter: CanonicalBytes
  ) throws(InvalidRequest) -> [UInt8]? {
    if token.isEmpty { return nil }
    guard let position = open(token, for: filter, bytesMax: bytesMax) else { throw invalid }
    return position
  }

  /// What `write` makes of a position, for tokens of other kinds than pages.
  public static func seal(_ content: [UInt8], for purpose: CanonicalBytes) -> String {
    hex(checksum(content, purpose) + content)
  }

  /// What was sealed for this purpose; nil for anything else, and for more than `bytesMax`
  /// characters.
  public static func open(
    _ token: String, for purpose: CanonicalBytes, bytesMax: Int
  ) -> [UInt8]? {
    guard token.utf8.count <= bytesMax, let bytes = bytes(token), bytes.count > 8,
      Array(bytes[..<8]) == checksum(Array(bytes[8...]), purpose)
    else { return nil }
    return Array(bytes[8...])
  }

  public static let invalid = InvalidRequest(
    "page_token", "must be the next_page_token of a page of this very list")

  /// Far more than any position takes.
  private static let bytesMax = 512

  /// FNV-1a of 64 bits: it finds damage and other lists' tokens, and need not find forgery, since a
  /// position reaches nothing that the list itself does not show.
  private static func checksum(_ position: [UInt8], _ filter: CanonicalBytes) -> [UInt8] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in filter.bytes + position {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: hash >> $0) }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func hex(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.map { digits.firstIndex(of: $0) }
    guard values.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count / 2)
    for index in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[index], let low = values[index + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
