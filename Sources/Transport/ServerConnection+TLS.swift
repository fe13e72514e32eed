internal import Logging
internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import RPC

/// What a connection over TLS waits for before it says anything.
extension ServerConnection {
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted(let chosen)? = event as? TLSUserEvent { secured(context, chosen) }
    context.fireUserInboundEventTriggered(event)
  }

  private func secured(_ context: ChannelHandlerContext, _ chosen: String?) {
    guard !io.isClosing else { return }
    guard chosen == TLSCredentials.protocolName else {
      logger.debug(
        "connection closed: no h2 by ALPN",
        metadata: ["peer": "\(peer)", "protocol": "\(chosen ?? "none")"])
      return io.close(context)
    }
    let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
    identity = tls?.peerCertificate.map { PeerIdentity($0) }
    let wanted = settings.tlsClientNames
    guard wanted.isEmpty || identity?.bears(oneOf: wanted) == true else {
      let names = identity?.names.map(\.description).joined(separator: ", ") ?? ""
      logger.info(
        "connection closed: its certificate bears none of the names that may call",
        metadata: ["peer": "\(peer)", "names": "\(names)"])
      return io.close(context)
    }
    io.open()
    flush()
  }
}
