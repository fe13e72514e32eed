internal import HTTP2
internal import RPC

/// The header fields of every request of a run, made once: to send one costs no allocation.
struct RequestHeads: Sendable {
  private let byKind: [PreparedFields]
  /// Without an offer to take compressed replies, which any other client of ours makes: unpacking
  /// them would cost more than all the rest.
  private static let constants = [
    HeaderField("content-type", "application/grpc"), HeaderField("te", "trailers"),
    HeaderField("user-agent", Array("rpcload/\(ToolVersion.version)".utf8)),
  ]

  init(_ configuration: RunConfiguration, _ requests: RequestSource, _ address: TargetAddress) {
    let authority = Array(address.authority.utf8)
    let limit = configuration.timeout.map { Duration.nanoseconds($0.nanoseconds) }
    byKind = RequestKind.allCases.map { kind in
      let pseudo = RequestHeaders.pseudoFields(
        path: Array(requests.path(of: kind).utf8), authority: authority,
        isSecure: configuration.tls != nil)
      return PreparedFields(
        pseudo + RequestHeaders.callFields(remaining: limit) + Self.constants
          + RequestHeaders.metadata(configuration.metadata))
    }
  }

  func head(of kind: RequestKind) -> PreparedFields { byKind[kind.index] }
}
