import NIOCore
import NIOPosix

/// A client that writes exactly the bytes it is told to and parses what comes back by hand, so
/// that no HTTP library tidies either.
struct RawConnection {
  struct Reply: Equatable {
    var status = 0
    var head = ""
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The values of a header, in order.
    func headers(_ name: String) -> [String] {
      head.split(separator: "\r\n").dropFirst().compactMap { line in
        let halves = line.split(separator: ":", maxSplits: 1)
        guard let first = halves.first, first.lowercased() == name.lowercased() else { return nil }
        return halves.count > 1 ? String(halves[1].drop { $0 == " " }) : ""
      }
    }

    func header(_ name: String) -> String? { headers(name).first }
  }

  struct Ended: Error {}

  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  let channel: any Channel
  private var unread: [UInt8] = []

  @discardableResult
  static func open<Result>(
    _ port: Int, _ body: (inout RawConnection) async throws -> Result
  ) async throws -> Result {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = RawConnection(
        inbound: inbound.makeAsyncIterator(), outbound: outbound, channel: channel.channel)
      return try await body(&connection)
    }
  }

  private init(
    inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel
  ) {
    self.inbound = inbound
    self.outbound = outbound
    self.channel = channel
  }

  func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) async throws {
    try await outbound.write(ByteBuffer(bytes: bytes))
  }

  /// One answer; an informational one (1xx) counts.
  mutating func receive(isHead: Bool = false) async throws -> Reply {
    var reply = Reply()
    reply.head = String(decoding: try await take(through: Array("\r\n\r\n".utf8)), as: UTF8.self)
    let words = reply.head.split(separator: " ", maxSplits: 2)
    reply.status = words.count > 1 ? Int(words[1]) ?? 0 : 0
    let length = reply.header("Content-Length").flatMap(Int.init) ?? 0
    let isBodiless = isHead || reply.status < 200 || reply.status == 204 || reply.status == 304
    if !isBodiless { reply.body = try await take(length) }
    return reply
  }

  /// Whether the server has closed and sent nothing else before.
  mutating func isAtEnd() async throws -> Bool {
    guard unread.isEmpty else { return false }
    return try await inbound.next(isolation: #isolation) == nil
  }

  private mutating func take(_ count: Int) async throws -> [UInt8] {
    while unread.count < count { try await fill() }
    defer { unread.removeFirst(count) }
    return Array(unread.prefix(count))
  }

  private mutating func take(through mark: [UInt8]) async throws -> [UInt8] {
    var length = mark.count
    while true {
      while unread.count < length { try await fill() }
      if unread[(length - mark.count)..<length].elementsEqual(mark) {
        return try await take(length)
      }
      length += 1
    }
  }

  private mutating func fill() async throws {
    guard let buffer = try await inbound.next(isolation: #isolation) else { throw Ended() }
    unread.append(contentsOf: buffer.readableBytesView)
  }
}
