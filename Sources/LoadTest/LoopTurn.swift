internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Calls back after an event loop has looked at all its sockets once, without letting it sleep.
///
/// A task that schedules itself again for now would keep the loop from its sockets: it runs what is
/// due until nothing is. And a timer of a few microseconds puts the thread to sleep, from which it
/// wakes much later. So a byte goes through a pipe whose both ends belong to the loop: it is read
/// where answers are read, and in turn with them.
///
/// It lives on its event loop, and whoever calls it does too.
final class LoopTurn: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  private static let byte = ByteBuffer(bytes: [0])
  private let action: () -> Void
  private var context: ChannelHandlerContext?
  private var isAsked = false

  private init(_ action: @escaping () -> Void) {
    self.action = action
  }

  /// - Parameter action: what is done at each turn that was asked for.
  /// - Returns: a future that fails with an `IOError` when the system gives no pipe.
  static func open(
    on loop: any EventLoop, _ action: @escaping @Sendable () -> Void
  ) -> EventLoopFuture<LoopTurn> {
    let pipe = Pipe()
    // The loop owns and closes what it is given, and so does the pipe: each its own.
    let input = dup(pipe.fileHandleForReading.fileDescriptor)
    let output = dup(pipe.fileHandleForWriting.fileDescriptor)
    guard input >= 0, output >= 0 else {
      let error = IOError(errnoCode: errno, reason: "pipe")
      for end in [input, output] where end >= 0 { _ = Foundation.close(end) }
      return loop.makeFailedFuture(error)
    }
    let turn = LoopTurn(action)
    return NIOPipeBootstrap(group: loop)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(turn)
        }
      }
      .takingOwnershipOfDescriptors(input: input, output: output)
      .map { _ in turn }
  }

  /// The action follows at the next turn, once however often it was asked for.
  func ask() {
    guard !isAsked, let context else { return }
    isAsked = true
    context.writeAndFlush(NIOAny(Self.byte), promise: nil)
  }

  func close() { context?.close(promise: nil) }

  // MARK: The pipe

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isAsked = false
    action()
  }
}
