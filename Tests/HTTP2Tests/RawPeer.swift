import TestSupport

@testable import HTTP2

/// A peer that writes whatever bytes it likes, and reads the frames that come back.
final class RawPeer {
  let endpoint: Endpoint
  var frames: [Frame] = []

  /// Connects to a session of `role`, and answers its SETTINGS unless told otherwise.
  init(to role: HTTP2Role, _ settings: HTTP2Settings? = nil, acknowledges: Bool = true) throws {
    endpoint = try Endpoint(role, settings)
    frames = Frame.parse(endpoint.drain())
    var hello = role == .server ? Frame.preface : []
    hello += Frame.settings.bytes
    if acknowledges { hello += Frame.settingsAck.bytes }
    send(hello)
  }

  func send(_ frames: Frame...) { send(frames.flatMap(\.bytes)) }

  func send(_ bytes: [UInt8], cut size: Int = .max) {
    frames += Frame.parse(endpoint.receive(bytes, cut: size))
  }

  var session: HTTP2Session { endpoint.session }

  var requestsAnnounced: Int {
    endpoint.reports.count { if case .headers(_, .request, _) = $0 { true } else { false } }
  }

  /// Opens streams of a client session, whose frames go nowhere.
  func openRequests(_ count: Int, endStream: Bool = true) throws {
    for _ in 0..<count {
      _ = try session.submitRequest(Exchange.request, endStream: endStream)
    }
    frames += Frame.parse(endpoint.drain())
  }
}
