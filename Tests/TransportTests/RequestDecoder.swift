import HTTP2
import TestSupport

/// What a client asked on one connection, read by a session of the other side.
struct RequestDecoder {
  private(set) var fields: [Int32: [(name: String, value: String)]] = [:]
  private(set) var bodies: [Int32: [UInt8]] = [:]

  /// - Parameter frames: All that the client sent, from its first SETTINGS on.
  init(_ frames: [Frame]) throws {
    let session = try HTTP2Session(role: .server, settings: .server, now: 0)
    let bytes = Frame.preface + frames.flatMap(\.bytes)
    try session.receive(bytes, now: 0)
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
      case .data(let stream, let range): bodies[stream.rawValue, default: []] += bytes[range]
      default: break
      }
    }
  }

  func value(_ name: String, _ stream: Int32) -> String? {
    fields[stream]?.first { $0.name == name }?.value
  }
}
