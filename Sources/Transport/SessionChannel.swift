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
  private(set) var bytesWritten: UInt64 = 0
  private var phase: Phase
  /// What is taken out of the session at once. More stays with the session, where it is not copied.
  private let drainBytesMax: Int

  private enum Phase {
    /// TLS is not there yet, and not a byte of HTTP/2 may leave.
    case securing
    case open
    case closing
  }

  /// One socket read, and about what one write may grow to on a loaded connection.
  static let bufferBytes = 65_536
  /// A handshake, and most replies of a connection that is not busy.
  private static let firstBytes = 512

  /// - Parameter isSecure: Whether there is TLS below; then nothing is written before `open`.
  init(_ session: HTTP2Session, _ allocator: ByteBufferAllocator, isSecure: Bool = false) {
    self.session = session
    output = allocator.buffer(capacity: Self.firstBytes)
    phase = isSecure ? .securing : .open
    drainBytesMax = isSecure ? Self.secureDrainBytes : Self.plainDrainBytes
  }

  var isClosing: Bool { phase == .closing }

  /// Whether TLS has yet to begin.
  var isSecuring: Bool { phase == .securing }

  /// TLS is there.
  func open() {
    if phase == .securing { phase = .open }
  }

  /// Moves what the session has to say into one socket write.
  /// - Returns: false when the peer does not read: the rest waits for `channelWritabilityChanged`,
  ///   and the session's own limits bound it meanwhile; and before TLS, when the rest is all.
  func write(to context: ChannelHandlerContext) throws(HTTP2ConnectionError) -> Bool {
    if phase == .securing { return false }
    while context.channel.isWritable {
      output.clear()
      var buffer = output
      output = ByteBuffer()
      defer { output = buffer }
      try session.drain(bytesMax: drainBytesMax) { frame in buffer.writeBytes(frame) }
      let count = buffer.readableBytes
      if count == 0 { return true }
      bytesWritten &+= UInt64(count)
      context.writeAndFlush(NIOAny(buffer), promise: nil)
      // One large reply must not bind its memory to a connection that may never send another.
      if buffer.capacity > Self.bufferBytes { buffer = ByteBuffer() }
      if count < drainBytesMax { return true }
    }
    return false
  }

  private static let plainDrainBytes = 1 << 20
  /// TLS keeps a buffer as large as the largest write for as long as the connection lives: with its
  /// records' heads three of 16 KiB fit into 64.
  private static let secureDrainBytes = 3 << 14

  /// Closes the socket behind what has been written.
  func close(_ context: ChannelHandlerContext) {
    guard !isClosing else { return }
    phase = .closing
    context.close(promise: nil)
  }
}
