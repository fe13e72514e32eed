internal import NIOCore
internal import NIOTLS

/// What a connection over TLS waits for before it says anything.
extension ClientConnection {
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted(let chosen)? = event as? TLSUserEvent { secured(context, chosen) }
    context.fireUserInboundEventTriggered(event)
  }

  private func secured(_ context: ChannelHandlerContext, _ chosen: String?) {
    guard !io.isClosing else { return }
    guard chosen == TLSCredentials.protocolName else {
      endCause = TLSCause.notHTTP2(chosen)
      return io.close(context)
    }
    io.open()
    flush()
  }
}
