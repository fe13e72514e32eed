internal import HTTP2
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A peer on a real socket that writes whatever bytes it likes, and reads the frames that come
/// back, or does not read at all.
public final class LivePeer: Sendable {
  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    struct State {
      var bytes: [UInt8] = []
      var frames: [Frame] = []
      /// Up to where `bytes` are in `frames`.
      var parsed = 0
    }
    let state = Mutex(State())

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let part = Array(unwrapInboundIn(data).readableBytesView)
      state.withLock { state in
        state.bytes += part
        let (frames, count) = Frame.parsePrefix(state.bytes[state.parsed...])
        state.frames += frames
        state.parsed += count
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  private let channel: any Channel
  private let collector = Collector()

  /// - Parameters:
  ///   - settings: The payload of the first SETTINGS; nil for a socket that says nothing.
  ///   - acknowledges: Whether the server's SETTINGS are acknowledged at once.
  ///   - reads: False for a peer that leaves everything in its socket.
  public init(
    port: Int, settings: [UInt8]? = [], acknowledges: Bool = true, reads: Bool = true
  ) async throws {
    let collector = collector
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { $0.pipeline.addHandler(collector) }
      .connect(host: "127.0.0.1", port: port).get()
    if let settings {
      send(Frame.preface + Frame(type: FrameType.settings, payload: settings).bytes)
      if acknowledges { send(.settingsAck) }
    }
  }

  public func send(_ bytes: [UInt8]) {
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  public func send(_ frames: Frame...) { send(frames.flatMap(\.bytes)) }

  /// Sends and waits until the socket has taken the bytes; false when it is gone.
  public func sendFully(_ bytes: [UInt8]) async -> Bool {
    (try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()) != nil
  }

  /// What has come so far.
  public var frames: [Frame] { collector.state.withLock { $0.frames } }

  public var bytes: [UInt8] { collector.state.withLock { $0.bytes } }

  /// The first frame for which `isWanted` holds; nil when the server closed without it.
  public func frame(_ isWanted: (Frame) -> Bool) async -> Frame? {
    for _ in 0..<3_000 {
      if let frame = frames.first(where: isWanted) { return frame }
      if isClosed { return frames.first(where: isWanted) }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  public var isClosed: Bool { !channel.isActive }

  public func close() async { try? await channel.close().get() }

  /// A request with one message, complete.
  public static func call(
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
