import HTTP2
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A server of a few lines that answers each frame of a client as its script says, right or wrong.
final class ScriptedServer: Sendable {
  typealias Script = @Sendable (_ frame: Frame, _ connection: Int) -> [UInt8]

  private struct State {
    var connections: [any Channel] = []
    var frames: [[Frame]] = []
  }

  private let state = Mutex(State())
  private let listener: any Channel
  let port: Int

  var address: String { "127.0.0.1:\(port)" }

  /// - Parameter script: What to send for a frame of the connection of that number, from 0.
  init(settings: [UInt8]? = [], _ script: @escaping Script) async throws {
    let greeting =
      settings.map { Frame(type: FrameType.settings, payload: $0).bytes + Frame.settingsAck.bytes }
    let received = Mutex<(@Sendable (any Channel) -> Reader)?>(nil)
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        let reader = received.withLock { $0 }.map { $0(channel) }
        if let greeting {
          channel.writeAndFlush(ByteBuffer(bytes: greeting), promise: nil)
        }
        guard let reader else { return channel.close() }
        return channel.pipeline.addHandler(reader)
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = listener.localAddress?.port ?? 0
    received.withLock {
      $0 = { [self] channel in
        let number = state.withLock { state in
          state.connections.append(channel)
          state.frames.append([])
          return state.connections.count - 1
        }
        return Reader { frame in
          self.state.withLock { $0.frames[number].append(frame) }
          return script(frame, number)
        }
      }
    }
  }

  private final class Reader: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    private let take: @Sendable (Frame) -> [UInt8]
    private var bytes: [UInt8] = []
    private var isPrefaceRead = false

    init(_ take: @escaping @Sendable (Frame) -> [UInt8]) { self.take = take }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += unwrapInboundIn(data).readableBytesView
      if !isPrefaceRead, bytes.count >= Frame.preface.count {
        bytes.removeFirst(Frame.preface.count)
        isPrefaceRead = true
      }
      while isPrefaceRead, bytes.count >= 9 {
        let count = 9 + (Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2]))
        guard bytes.count >= count else { return }
        let answer = Frame.parse(Array(bytes[..<count])).flatMap(take)
        bytes.removeFirst(count)
        if !answer.isEmpty {
          context.writeAndFlush(NIOAny(ByteBuffer(bytes: answer)), promise: nil)
        }
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  /// What each connection has sent so far.
  var frames: [[Frame]] { state.withLock { $0.frames } }

  /// What those connections have sent that carried calls. Another test's client, which tries again
  /// and again to find a server that is gone, may come to the port that was that server's.
  var calls: [[Frame]] { frames.filter { !$0.of(FrameType.data).isEmpty } }

  func send(_ bytes: [UInt8], on connection: Int) {
    state.withLock { $0.connections[connection] }
      .writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  func isClosed(_ connection: Int) -> Bool {
    state.withLock {
      $0.connections.indices.contains(connection) && !$0.connections[connection].isActive
    }
  }

  func close() async {
    try? await listener.close().get()
    for channel in state.withLock({ $0.connections }) { try? await channel.close().get() }
  }

  /// A reply of one empty message.
  static func reply(_ stream: Int32) -> [UInt8] {
    Frame.headers(
      stream, [(":status", "200"), ("content-type", "application/grpc")], end: false
    ).bytes
      + Frame.data(stream, [0, 0, 0, 0, 0]).bytes
      + Frame.headers(stream, [("grpc-status", "0")]).bytes
  }

  /// Answers each request.
  static let answering: Script = { frame, _ in
    frame.type == FrameType.data && frame.flags & 1 != 0 ? reply(frame.stream) : []
  }

  static func goAway(last: Int32, _ code: HTTP2ErrorCode, _ reason: String) -> [UInt8] {
    let numbers = [UInt32(last), code.rawValue].flatMap { number in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    return Frame(type: FrameType.goAway, payload: numbers + Array(reason.utf8)).bytes
  }
}
