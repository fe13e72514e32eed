internal import FoundationEssentials
internal import HTTP2

extension Metadata {
  /// What a peer sent beside its message, without the names that belong to the protocol.
  ///
  /// Text with bytes outside printable ASCII is dropped, as PROTOCOL-HTTP2 allows. `-bin` values
  /// that are no base64 are dropped too; a server has refused the call before
  /// (`firstBrokenBinary`), and on a client they must not hide the status.
  init(received block: HeaderBlock) {
    self.init()
    for field in block {
      guard Self.isCustom(field, in: block) else { continue }
      let name = String(decoding: block[field.name], as: UTF8.self)
      let value = block[field.value]
      if name.hasSuffix("-bin") {
        for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
          if let bytes = Self.decodeBase64(Self.trimmed(part)) {
            append(received: name, .bytes(bytes))
          }
        }
      } else if value.allSatisfy({ (0x20...0x7E).contains($0) }) {
        append(received: name, .text(String(decoding: Self.trimmed(value), as: UTF8.self)))
      }
    }
  }

  /// How many values of a block are dropped because they are not printable ASCII.
  static func unreadableValues(in block: HeaderBlock) -> Int {
    var count = 0
    for field in block where isCustom(field, in: block) {
      if block[field.name].suffix(4).elementsEqual("-bin".utf8) { continue }
      if !block[field.value].allSatisfy({ (0x20...0x7E).contains($0) }) { count += 1 }
    }
    return count
  }

  /// The name of the first `-bin` entry that is no base64.
  static func firstBrokenBinary(in block: HeaderBlock) -> String? {
    for field in block where isCustom(field, in: block) {
      let name = block[field.name]
      guard name.suffix(4).elementsEqual("-bin".utf8) else { continue }
      let parts = block[field.value].split(
        separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      if parts.contains(where: { decodeBase64(trimmed($0)) == nil }) {
        return String(decoding: name, as: UTF8.self)
      }
    }
    return nil
  }

  /// Whether a field is the application's, judged by its bytes.
  static func isCustom(_ field: HeaderBlock.Field, in block: HeaderBlock) -> Bool {
    let name = block[field.name]
    guard let first = name.first, first != UInt8(ascii: ":"), !name.starts(with: "grpc-".utf8)
    else { return false }
    guard name.allSatisfy(isNameByte) else { return false }
    return !reserved.contains { block.matches(field.name, $0) }
  }

  /// As fields to send.
  var headerFields: [HeaderField] {
    entries.map { entry in
      switch entry.value {
      case .text(let text):
        HeaderField(Array(entry.name.utf8), Array(text.utf8), isIndexed: false)
      case .bytes(let bytes):
        HeaderField(Array(entry.name.utf8), Self.encodeBase64(bytes), isIndexed: false)
      }
    }
  }

  /// Without padding, as peers must accept it and it is shorter. (PROTOCOL-HTTP2; RFC 4648 §4)
  static func encodeBase64(_ bytes: [UInt8]) -> [UInt8] {
    // By hand, since each refusal's details pass here: Foundation's way makes three copies.
    var encoded: [UInt8] = []
    encoded.reserveCapacity((bytes.count * 4 + 2) / 3)
    var index = 0
    while index < bytes.count {
      let count = min(3, bytes.count - index)
      var group = UInt32(bytes[index]) << 16
      if count > 1 { group |= UInt32(bytes[index + 1]) << 8 }
      if count > 2 { group |= UInt32(bytes[index + 2]) }
      for place in 0...count {
        encoded.append(base64Letters[Int(group >> (18 - 6 * UInt32(place)) & 63)])
      }
      index += 3
    }
    return encoded
  }

  private static let base64Letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// With or without padding; nil when it is not base64.
  public static func decodeBase64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var padded = Array(text)
    if let first = padded.firstIndex(of: UInt8(ascii: "=")) {
      // Padding is whole or it is not there.
      guard padded.count % 4 == 0, padded.count - first <= 2,
        padded[first...].allSatisfy({ $0 == UInt8(ascii: "=") })
      else { return nil }
    } else {
      guard padded.count % 4 != 1 else { return nil }
      while padded.count % 4 != 0 { padded.append(UInt8(ascii: "=")) }
    }
    return Data(base64Encoded: Data(padded)).map { Array($0) }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while bytes.first == 0x20 { bytes = bytes.dropFirst() }
    while bytes.last == 0x20 { bytes = bytes.dropLast() }
    return bytes
  }
}
