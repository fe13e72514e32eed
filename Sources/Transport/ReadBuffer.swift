package import NIOCore
internal import Synchronization

/// The buffer that every connection of one event loop reads into. A connection that is idle needs
/// none, and with one of its own would hold as much as everything else it has together.
package final class ReadBuffer: @unchecked Sendable {
  private static let all = Mutex<[ObjectIdentifier: ReadBuffer]>([:])

  /// Touched on the loop alone. Nil while a read is being handled.
  private var spare: ByteBuffer?

  /// The one of `eventLoop`, made when it is first asked for.
  package static func of(_ eventLoop: any EventLoop) -> ReadBuffer {
    all.withLock { all in
      if let buffer = all[ObjectIdentifier(eventLoop)] { return buffer }
      let buffer = ReadBuffer()
      all[ObjectIdentifier(eventLoop)] = buffer
      return buffer
    }
  }

  fileprivate func take(_ allocator: ByteBufferAllocator) -> ByteBuffer {
    guard var buffer = spare else { return allocator.buffer(capacity: SessionChannel.bufferBytes) }
    spare = nil
    buffer.clear()
    return buffer
  }

  /// What was read has been handled. Nothing may point into it any more.
  package func give(_ buffer: ByteBuffer) {
    if buffer.capacity >= SessionChannel.bufferBytes { spare = buffer }
  }
}

/// Makes a channel read into the buffer of its loop.
///
/// NIO keeps the first buffer that it gets for as long as the channel lives, so that one is small,
/// and asks for another each time as long as it is told that the next may be larger.
package struct LoopReadAllocator: RecvByteBufferAllocator {
  /// How often a channel reads before others have their turn, which is also how many buffers NIO
  /// keeps for it.
  package static let readsPerTurn: UInt = 1

  let buffer: ReadBuffer
  private var hasRead = false

  /// Enough for a preface and SETTINGS.
  private static let firstBytes = 128

  package init(_ buffer: ReadBuffer) { self.buffer = buffer }

  package func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    hasRead ? buffer.take(allocator) : allocator.buffer(capacity: Self.firstBytes)
  }

  package mutating func record(actualReadBytes: Int) -> Bool {
    hasRead = true
    return true
  }
}
