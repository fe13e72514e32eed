internal import NIOCore

/// Stands before TLS and gives the loop's buffer back for the next read once TLS has taken what was
/// in it. What comes behind TLS is in a buffer of TLS's own.
final class CiphertextBuffer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let readBuffer: ReadBuffer

  init(_ readBuffer: ReadBuffer) { self.readBuffer = readBuffer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.fireChannelRead(data)
    readBuffer.give(unwrapInboundIn(data))
  }
}
