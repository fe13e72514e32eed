internal import Foundation
internal import NIOHTTP1
internal import RPC

/// The header fields of every REST request of a run, made once.
struct RESTHeads: Sendable {
  private let read: HTTPHeaders
  private let write: HTTPHeaders

  /// Fields that this side writes itself: metadata of the same name would contradict them.
  static let reserved: Set<String> = [
    "accept", "accept-encoding", "expect", "idempotency-key", "content-encoding",
    "x-server-timeout",
  ]

  init(_ configuration: RunConfiguration, _ address: TargetAddress) {
    var fields: HTTPHeaders = [
      "Host": address.description, "User-Agent": "rpcload/\(ToolVersion.version)",
      "Accept": "application/json",
    ]
    if let timeout = configuration.timeout {
      fields.add(name: "X-Server-Timeout", value: Self.seconds(timeout.nanoseconds))
    }
    for entry in configuration.metadata.entries {
      switch entry.value {
      case .text(let text): fields.add(name: entry.name, value: text)
      case .bytes(let bytes):
        fields.add(name: entry.name, value: Data(bytes).base64EncodedString())
      }
    }
    read = fields
    fields.add(name: "Content-Type", value: "application/json")
    write = fields
  }

  func head(of request: RESTRequest) -> HTTPRequestHead {
    guard request.isPost else {
      return HTTPRequestHead(version: .http1_1, method: .GET, uri: request.target, headers: read)
    }
    // Without a body there is nothing that could have a type.
    var fields = request.body.isEmpty ? read : write
    // Without a length the body would go out in chunks.
    fields.add(name: "Content-Length", value: String(request.body.count))
    if let key = request.key { fields.add(name: "Idempotency-Key", value: key) }
    return HTTPRequestHead(
      version: .http1_1, method: .POST, uri: request.target, headers: fields)
  }

  /// Decimal seconds, exact to the nanosecond.
  static func seconds(_ nanoseconds: UInt64) -> String {
    let fraction = String(nanoseconds % 1_000_000_000)
    return "\(nanoseconds / 1_000_000_000)."
      + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
  }
}
