import HTTP2
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A peer on a real socket that writes whatever bytes it likes, and reads the frames that come
/// back, or does not read at all.
final class LivePeer: Sendable {
  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let bytes = Mutex<[UInt8]>([])

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let part = Array(unwrapInboundIn(data).readableBytesView)
      bytes.withLock { $0 += part }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  private let channel: any Channel
  private let collector = Collector()

  /// - Parameters:
  ///   - settings: The payload of the first SETTINGS; nil for a socket that says nothing.
  ///   - reads: False for a peer that leaves everything in its socket.
  init(port: Int, settings: [UInt8]? = [], reads: Bool = true) async throws {
    let collector = collector
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { $0.pipeline.addHandler(collector) }
      .connect(host: "127.0.0.1", port: port).get()
    if let settings {
      send(Frame.preface + Frame(type: FrameType.settings, payload: settings).bytes)
      send(.settingsAck)
    }
  }

  func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

  func send(_ frames: Frame...) { send(frames.flatMap(\.bytes)) }

  /// Sends and waits until the socket has taken the bytes; false when it is gone.
  func sendFully(_ bytes: [UInt8]) async -> Bool {
    (try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()) != nil
  }

  /// What has come so far.
  var frames: [Frame] { Frame.parse(collector.bytes.withLock { $0 }) }

  /// The first frame for which `isWanted` holds; nil when the server closed without it.
  func frame(_ isWanted: (Frame) -> Bool) async -> Frame? {
    for _ in 0..<3_000 {
      if let frame = frames.first(where: isWanted) { return frame }
      if isClosed { return frames.first(where: isWanted) }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  var isClosed: Bool { !channel.isActive }

  func close() async { try? await channel.close().get() }

  /// A request with one message, complete.
  static func call(
    _ path: String, _ stream: Int32, message: [UInt8] = [], timeout: String? = nil
  ) -> [UInt8] {
    var fields = [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"),
    ]
    if let timeout { fields.append(("grpc-timeout", timeout)) }
    fields += [("content-type", "application/grpc"), ("te", "trailers")]
    let count = UInt8(message.count)
    return Frame.headers(stream, fields, end: false).bytes
      + Frame.data(stream, [0, 0, 0, 0, count] + message, end: true).bytes
  }
}
