internal import HTTP2
internal import RPC

/// The header fields of every request of a run, made once: to send one costs no allocation.
struct RequestHeads: Sendable {
  private let byKind: [[HeaderField]]
  let constants = RequestHeaders.constants
  let metadata: [HeaderField]

  init(_ configuration: RunConfiguration, _ requests: RequestSource, _ address: TargetAddress) {
    let authority = Array(address.description.utf8)
    let limit = configuration.timeout.map { Duration.nanoseconds($0.nanoseconds) }
    byKind = RequestKind.allCases.map { kind in
      RequestHeaders.head(
        path: Array(requests.path(of: kind).utf8), authority: authority, remaining: limit,
        isSecure: configuration.tls != nil)
    }
    metadata = RequestHeaders.metadata(configuration.metadata)
  }

  func head(of kind: RequestKind) -> [HeaderField] { byKind[kind.index] }
}
