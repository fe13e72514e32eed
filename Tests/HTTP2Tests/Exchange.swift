@testable import HTTP2

/// Headers of a gRPC call as the layers above send them.
enum Exchange {
  static let request = [
    HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
    HeaderField(":path", "/orders.v1.Orders/PlaceOrder"), HeaderField(":authority", "localhost"),
    HeaderField("content-type", "application/grpc"), HeaderField("te", "trailers"),
  ]
  static let response = [
    HeaderField(":status", "200"), HeaderField("content-type", "application/grpc"),
  ]
  static let trailers = [HeaderField("grpc-status", "0")]

  /// A server that answers each request with its own body.
  static func echo(_ server: Endpoint) {
    server.react = { [unowned server] session, report in
      let id: Int32
      switch report {
      case .endStream(let stream): id = stream
      case .headers(let stream, .request, endStream: true): id = stream
      case .closed: return session.releaseSlot()
      default: return
      }
      try? session.submitReply(
        response, body: server.body(id), trailers: trailers, on: StreamID(rawValue: id))
    }
  }

  static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }
}
