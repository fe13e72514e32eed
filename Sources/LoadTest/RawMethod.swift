/// A method of any gRPC server and the messages to send it, as bytes. No .proto file, reflection
/// or protobuf tool is needed, because nothing here looks into the messages.
public struct RawMethod: Equatable, Sendable {
  /// `package.Service/Method`, without the leading slash.
  public let name: String
  /// Used in turn; never empty, though a body may be.
  public let bodies: [[UInt8]]

  /// Made once: to put it together for each request would allocate.
  let path: String

  /// - Parameters:
  ///   - name: `package.Service/Method`; a leading slash is taken off.
  ///   - bodies: each up to `WorkloadSettings.bodyBytesMax` bytes; none means one empty message.
  public init(parsing name: String, bodies: [[UInt8]]) throws(LoadError) {
    let name = name.hasPrefix("/") ? String(name.dropFirst()) : name
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard parts.count == 2, isPlain, parts.allSatisfy({ !$0.isEmpty }) else {
      throw LoadError(
        .invalidValue(value: name, expected: "a method such as orders.v1.Orders/GetOrder"))
    }
    for body in bodies where body.count > WorkloadSettings.bodyBytesMax {
      throw LoadError(
        .contradiction(
          "a body of \(body.count) bytes; the limit is \(WorkloadSettings.bodyBytesMax)"))
    }
    self.name = name
    path = "/" + name
    self.bodies = bodies.isEmpty ? [[]] : bodies
  }

  /// Bytes written as pairs of hexadecimal digits, of either case; an empty text is no bytes.
  public static func body(hex text: String) throws(LoadError) -> [UInt8] {
    let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    let nibbles = digits.compactMap { $0 }
    guard nibbles.count == digits.count, nibbles.count.isMultiple(of: 2) else {
      throw LoadError(
        .invalidValue(value: text, expected: "hexadecimal bytes, two digits each, such as 0a0461"))
    }
    return stride(from: 0, to: nibbles.count, by: 2).map {
      UInt8(truncatingIfNeeded: nibbles[$0] << 4 | nibbles[$0 + 1])
    }
  }

  /// Messages that stand one after the other, each after its length as 4 bytes, big-endian.
  public static func bodies(lengthPrefixed bytes: [UInt8]) throws(LoadError) -> [[UInt8]] {
    var bodies: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let offset = rest.startIndex
      guard rest.count >= 4 else {
        throw LoadError(.contradiction("--bodies-file ends within the length at byte \(offset)"))
      }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard length <= rest.count else {
        throw LoadError(
          .contradiction(
            "--bodies-file: the message at byte \(offset) has \(length) bytes "
              + "and only \(rest.count) are left"))
      }
      bodies.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    guard !bodies.isEmpty else {
      throw LoadError(.contradiction("--bodies-file holds no message"))
    }
    return bodies
  }
}
