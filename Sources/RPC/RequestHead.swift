public import HTTP2

/// What a server reads from the header block that opens a call. It is handed on and never copied.
public struct RequestHead: ~Copyable, Sendable {
  /// Why no handler will see the call.
  public enum Refusal: Error, Sendable {
    /// `:status 405`, for what is no POST. (RFC 9110 §15.5.6)
    case methodNotAllowed
    /// `:status 415`, for what is not gRPC. (PROTOCOL-HTTP2, Content-Type)
    case unsupportedMediaType
    /// A gRPC status in one block; `offersEncodings` asks for `grpc-accept-encoding` beside it.
    case status(RPCError, offersEncodings: Bool)
  }

  public let route: Route
  public let deadline: Deadline
  /// Whether the block holds anything that is the application's.
  let hasMetadata: Bool
  /// Values of metadata that are dropped because they are not printable ASCII. (PROTOCOL-HTTP2)
  public let droppedValues: Int
  /// Whether messages of the request may come compressed.
  let isCompressed: Bool
  /// Whether messages of the reply may go compressed.
  let acceptsGzip: Bool

  /// Judges a block in the order method, content-type, path, timeout, encoding, metadata. Nothing
  /// of it becomes a `String` unless the call is refused.
  public init(_ block: HeaderBlock, router: Router) throws(Refusal) {
    let fields = Fields(block)
    guard let method = fields.method, block.matches(method, "POST") else { throw .methodNotAllowed }
    // Nearly every peer writes it in this form.
    guard let type = fields.contentType,
      block.matches(type, "application/grpc") || Self.isGRPC(block[type])
    else {
      throw .unsupportedMediaType
    }
    guard let path = fields.path, let route = router.route(path, of: block) else {
      let name = fields.path.map { String(decoding: block[$0], as: UTF8.self) } ?? ""
      throw .status(RPCError(.unimplemented, "no method \(name)"), offersEncodings: false)
    }
    let deadline: Deadline
    if let timeout = fields.timeout {
      guard let duration = Timeout.parse(block[timeout]) else {
        let text = String(decoding: block[timeout], as: UTF8.self)
        throw .status(
          RPCError(.internalError, "grpc-timeout \"\(text)\" is not 1 to 8 digits and a unit"),
          offersEncodings: false)
      }
      deadline = .after(duration)
      if deadline.hasPassed {
        throw .status(
          RPCError(.deadlineExceeded, "the deadline had passed on arrival"),
          offersEncodings: false)
      }
    } else {
      deadline = .never
    }
    let isCompressed = fields.encoding.map { block.matches($0, "gzip") } ?? false
    if let encoding = fields.encoding, !isCompressed, !block.matches(encoding, "identity") {
      let name = String(decoding: block[encoding], as: UTF8.self)
      throw .status(
        RPCError(
          .unimplemented,
          "grpc-encoding \(name) is not supported; supported: identity, gzip"),
        offersEncodings: true)
    }
    if fields.hasBinary, let name = Metadata.firstBrokenBinary(in: block) {
      throw .status(
        RPCError(.internalError, "metadata \(name) is not base64"), offersEncodings: false)
    }
    // Only now: what cannot be copied is made as a whole or not at all.
    self.route = route
    self.deadline = deadline
    self.isCompressed = isCompressed
    acceptsGzip = fields.acceptEncoding.map { Self.namesGzip(block[$0]) } ?? false
    hasMetadata = fields.hasMetadata
    droppedValues = fields.hasMetadata ? Metadata.unreadableValues(in: block) : 0
  }

  /// `application/grpc` or `application/grpc+proto`, in any letter case, with any parameters.
  static func isGRPC(_ value: ArraySlice<UInt8>) -> Bool {
    let type = value.prefix { $0 != UInt8(ascii: ";") }
    let trimmed = type.last == UInt8(ascii: " ") ? type.dropLast() : type
    return equalsIgnoringCase(trimmed, "application/grpc")
      || equalsIgnoringCase(trimmed, "application/grpc+proto")
  }

  /// Whether gzip is one of the names between the commas.
  static func namesGzip(_ list: ArraySlice<UInt8>) -> Bool {
    var rest = list
    while !rest.isEmpty {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
      let name = rest.prefix { $0 != UInt8(ascii: ",") }
      if name.prefix(while: { $0 != UInt8(ascii: " ") }).elementsEqual("gzip".utf8) { return true }
      rest = rest.dropFirst(name.count)
    }
    return false
  }

  private static func equalsIgnoringCase(_ value: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
    guard value.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for (index, byte) in value.enumerated() {
        let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        if unsafe lower != expected[index] { return false }
      }
      return true
    }
  }
}

extension RequestHead {
  /// Where in a block the fields lie that a server acts on. One pass, by length and then bytes.
  private struct Fields {
    var method: Range<Int>?
    var path: Range<Int>?
    var contentType: Range<Int>?
    var timeout: Range<Int>?
    var encoding: Range<Int>?
    var acceptEncoding: Range<Int>?
    var hasMetadata = false
    var hasBinary = false

    init(_ block: HeaderBlock) {
      // Not `for in`, whose iterator counts a reference to the block.
      var end = 0
      while let field = block.field(at: end) {
        end = field.value.upperBound
        switch field.name.count {
        case 2 where block.matches(field.name, "te"): break
        case 5 where block.matches(field.name, ":path"): path = field.value
        case 7 where block.matches(field.name, ":method"): method = field.value
        case 7 where block.matches(field.name, ":scheme"): break
        case 10
        where block.matches(field.name, ":authority") || block.matches(field.name, "user-agent"):
          break
        case 12 where block.matches(field.name, "content-type"): contentType = field.value
        case 12 where block.matches(field.name, "grpc-timeout"): timeout = field.value
        case 13 where block.matches(field.name, "grpc-encoding"): encoding = field.value
        case 14 where block.matches(field.name, "content-length"): break
        case 20 where block.matches(field.name, "grpc-accept-encoding"):
          acceptEncoding = field.value
        default:
          guard Metadata.isCustom(field, in: block) else { continue }
          hasMetadata = true
          if block[field.name].suffix(4).elementsEqual("-bin".utf8) { hasBinary = true }
        }
      }
    }
  }
}
