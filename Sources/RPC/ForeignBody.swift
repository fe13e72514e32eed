/// The first bytes of a reply that is not gRPC, for the error's message: most often a proxy says
/// there what is wrong.
struct ForeignBody: Sendable {
  private let bytesMax: Int
  private var bytes: [UInt8] = []
  private var isCut = false

  /// - Parameter bytesMax: `errorBodyBytesMax`.
  init(bytesMax: Int = 0) { self.bytesMax = bytesMax }

  mutating func append(_ more: RawSpan) {
    let room = max(0, bytesMax - bytes.count)
    isCut = isCut || more.byteCount > room
    for index in 0..<min(more.byteCount, room) {
      bytes.append(unsafe more.unsafeLoad(fromByteOffset: index, as: UInt8.self))
    }
  }

  /// Cut between two characters, where it is cut. Bytes that are no UTF-8 are told as U+FFFD.
  var text: String {
    var whole = bytes[...]
    if isCut {
      var count = 0
      while count < 3, let last = whole.last, last & 0xC0 == 0x80 {
        whole.removeLast()
        count += 1
      }
      let needed =
        switch whole.last ?? 0 {
        case 0xC2...0xDF: 1
        case 0xE0...0xEF: 2
        case 0xF0...0xF4: 3
        default: 0
        }
      // A character that is all there stays; so does what never was one.
      whole = needed > count ? whole.dropLast() : bytes[...]
    }
    return String(decoding: whole, as: UTF8.self)
  }
}
