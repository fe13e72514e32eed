internal import HTTP2
internal import NIOCore

/// A session and its socket: what client and server connections share. Whatever is submitted while
/// a read is being handled leaves in one write after it.
///
/// It lives on its channel's event loop, as the connection that owns it does. It is a class because
/// writing can call the connection back at once, when the socket turns out to be gone or full.
final class SessionChannel {
  let session: HTTP2Session
  private var output: ByteBuffer
  private(set) var isClosing = false
  private(set) var bytesWritten: UInt64 = 0

  /// One socket read, and about what one write may grow to on a loaded connection.
  static let bufferBytes = 65_536
  /// A handshake, and most replies of a connection that is not busy.
  private static let firstBytes = 512

  init(_ session: HTTP2Session, _ allocator: ByteBufferAllocator) {
    self.session = session
    output = allocator.buffer(capacity: Self.firstBytes)
  }

  /// Moves what the session has to say into one socket write.
  /// - Returns: false when the peer does not read: the rest waits for `channelWritabilityChanged`,
  ///   and the session's own limits bound it meanwhile.
  func write(to context: ChannelHandlerContext) throws(HTTP2ConnectionError) -> Bool {
    while context.channel.isWritable {
      output.clear()
      var buffer = output
      output = ByteBuffer()
      defer { output = buffer }
      try session.drain(bytesMax: Self.drainBytesMax) { frame in buffer.writeBytes(frame) }
      let count = buffer.readableBytes
      if count == 0 { return true }
      bytesWritten &+= UInt64(count)
      context.writeAndFlush(NIOAny(buffer), promise: nil)
      // One large reply must not bind its memory to a connection that may never send another.
      if buffer.capacity > Self.bufferBytes { buffer = ByteBuffer() }
      if count < Self.drainBytesMax { return true }
    }
    return false
  }

  /// What is taken out of the session at once. More stays with the session, where it is not copied.
  private static let drainBytesMax = 1 << 20

  /// Closes the socket behind what has been written.
  func close(_ context: ChannelHandlerContext) {
    guard !isClosing else { return }
    isClosing = true
    context.close(promise: nil)
  }
}
