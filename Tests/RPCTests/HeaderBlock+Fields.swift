@testable import HTTP2

extension HeaderBlock {
  /// A block as a session would have received it.
  init(_ fields: [(String, String)]) {
    var buffer: [UInt8] = []
    for (name, value) in fields {
      for length in [name.utf8.count, value.utf8.count] {
        for shift in [0, 8, 16, 24] { buffer.append(UInt8(truncatingIfNeeded: length >> shift)) }
      }
      buffer += Array(name.utf8) + Array(value.utf8)
    }
    self.init(buffer: buffer, count: fields.count)
  }
}
