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
          if let bytes = Base64.decode(Self.trimmed(part)) {
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
      if parts.contains(where: { Base64.decode(trimmed($0)) == nil }) {
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
        HeaderField(Array(entry.name.utf8), Base64.encode(bytes), isIndexed: false)
      }
    }
  }

  /// Without padding, as peers must accept it and it is shorter. (PROTOCOL-HTTP2; RFC 4648 §4)
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while bytes.first == 0x20 { bytes = bytes.dropFirst() }
    while bytes.last == 0x20 { bytes = bytes.dropLast() }
    return bytes
  }
}
