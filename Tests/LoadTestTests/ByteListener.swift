import NIOCore
import NIOPosix
import Synchronization

/// Listens, keeps what the first connection sends, and answers nothing.
final class ByteListener: Sendable {
  let port: Int
  private let channel: any Channel
  private let received: Received

  init() async throws {
    let received = Received()
    self.received = received
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Keeper(received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
    self.port = port
  }

  /// The first bytes, once that many have come; the connection is closed then.
  func first(_ count: Int) async throws -> [UInt8] { try await received.first(count) }

  func close() async throws { try await channel.close().get() }

  private final class Received: Sendable {
    private struct State {
      var bytes: [UInt8] = []
      var count = 0
      var waiter: CheckedContinuation<[UInt8], Never>?
    }

    private let state = Mutex(State())

    /// - Returns: whether there is enough.
    func add(_ more: [UInt8]) -> Bool {
      state.withLock { state in
        state.bytes += more
        guard let waiter = state.waiter, state.bytes.count >= state.count else { return false }
        state.waiter = nil
        waiter.resume(returning: state.bytes)
        return true
      }
    }

    func first(_ count: Int) async throws -> [UInt8] {
      await withCheckedContinuation { waiter in
        state.withLock { state in
          state.count = count
          state.waiter = waiter
        }
        _ = add([])
      }
    }
  }

  private final class Keeper: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: Received

    init(_ received: Received) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if received.add(Array(unwrapInboundIn(data).readableBytesView)) {
        context.close(promise: nil)
      }
    }
  }
}
