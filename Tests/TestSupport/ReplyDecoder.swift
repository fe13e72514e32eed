internal import HTTP2

/// Reads what a server sent to a peer that writes its frames by hand: the fields of its header
/// blocks, which only a session that has seen them all can tell.
public struct ReplyDecoder {
  /// Fields of all header blocks of each stream, in the order in which they came.
  public private(set) var fields: [Int32: [(name: String, value: String)]] = [:]
  /// Bytes of DATA on each stream.
  public private(set) var bodyBytes: [Int32: Int] = [:]

  /// - Parameter streams: how many streams the peer began, with the numbers 1, 3, 5 and so on.
  public init(_ bytes: [UInt8], streams: Int) throws {
    var settings = HTTP2Settings.client
    settings.headerListBytesMax = 1 << 20
    let session = try HTTP2Session(role: .client, settings: settings, now: 0)
    // Until a server says otherwise, nghttp2 takes it to allow a hundred streams. The priorities
    // (0x9) are as our server has them, since they may not be changed later. (RFC 9218 §2.1)
    let wide: [UInt8] = [0, 3, 0x7F, 0xFF, 0xFF, 0xFF, 0, 9, 0, 0, 0, 1]
    try session.receive(Frame(type: FrameType.settings, payload: wide).bytes, now: 0)
    while session.nextEvent() != nil {}
    for _ in 0..<streams {
      _ = try session.submitRequest(
        Frame.requestFields.map { HeaderField(Array($0.0.utf8), Array($0.1.utf8)) }, endStream: true
      )
    }
    try session.drain { _ in }
    while session.nextEvent() != nil {}
    do {
      try session.receive(bytes, now: 0)
    } catch {
      // A server that says goodbye ends the session, after what it had to say before.
    }
    while let event = session.nextEvent() {
      switch event {
      case .headers(let stream, let block, _, _):
        for field in block {
          fields[stream.rawValue, default: []].append(
            (
              String(decoding: block[field.name], as: UTF8.self),
              String(decoding: block[field.value], as: UTF8.self)
            ))
        }
      case .data(let stream, let range): bodyBytes[stream.rawValue, default: 0] += range.count
      default: break
      }
    }
  }

  public func value(_ name: String, _ stream: Int32) -> String? {
    fields[stream]?.last { $0.name == name }?.value
  }

  /// `grpc-status` of a stream, as the server wrote it.
  public func status(_ stream: Int32) -> String? { value("grpc-status", stream) }
}
