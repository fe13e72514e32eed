import NIOCore
import NIOPosix
import Testing

@testable import Operations

@Suite struct ReadinessProbeTests {
  /// What a listener that sends `answer` to everybody is taken for.
  private func isReady(_ answer: String) async throws -> Bool {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answerer(answer: answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    let ready = await ReadinessProbe(host: "127.0.0.1", port: port).isReady()
    try await listener.close()
    return ready
  }

  /// Answers whatever it is asked first, and closes.
  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let answer: String

    init(answer: String) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let channel = context.channel
      channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in
        channel.close(promise: nil)
      }
    }
  }

  @Test func `only a status of 200 is ready`() async throws {
    #expect(try await isReady("HTTP/1.1 200 OK\r\n\r\n"))
    #expect(try await !isReady("HTTP/1.1 503 Service Unavailable\r\n\r\n"))
    #expect(try await !isReady("HTTP/1.1 2000 \r\n\r\n"))
    #expect(try await !isReady(""))
    #expect(try await !isReady("HTTP/1.1 200 OK"))
    #expect(try await !isReady(String(repeating: "x", count: 10_000)))
  }

  @Test func `where nobody listens nothing is ready`() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    try await listener.close()
    #expect(await !ReadinessProbe(host: "127.0.0.1", port: port).isReady())
    #expect(await !ReadinessProbe(host: "no-such-host.invalid", port: 1).isReady())
  }
}
