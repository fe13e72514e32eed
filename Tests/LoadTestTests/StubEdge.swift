import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server on a real socket that writes the bytes a test says, right or wrong, and keeps
/// what it was asked.
final class StubEdge: Sendable {
  enum Reply: Sendable {
    /// These bytes, and the connection stays open.
    case bytes(String)
    /// These bytes, and the connection is closed.
    case last(String)
    case silence
  }

  struct Request: Equatable, Sendable {
    var line: String
    var fields: [String]
    var body: String

    func field(_ name: String) -> String? {
      fields.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { String($0.dropFirst(name.count + 1)).trimmed }
    }
  }

  typealias Script = @Sendable (_ number: Int, _ request: Request) -> Reply

  struct Log {
    var requests: [Request] = []
    var connections = 0
  }

  let port: Int
  private let channel: any Channel
  private let state: Box

  fileprivate final class Box: Sendable {
    let log = Mutex(Log())
  }

  /// - Parameter script: what to answer the n-th request of all connections, from 0.
  init(_ script: @escaping Script) async throws {
    let state = Box()
    self.state = state
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(StubEdgeConnection(state, script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
    self.port = port
  }

  var log: Log { state.log.withLock { $0 } }

  func close() async throws { try await channel.close().get() }

  // MARK: Replies

  static func reply(
    _ status: String, _ body: String, type: String = "application/json", length: Int? = nil,
    more: String = ""
  ) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\n"
      + "Content-Length: \(length ?? body.utf8.count)\r\n\(more)\r\n\(body)"
  }

  static let ok = Reply.bytes(reply("200 OK", #"{"items":[],"missing":["A"]}"#))

  static func problem(_ status: String, code: String, reason: String) -> String {
    reply(
      status, #"{"type":"about:blank","code":"\#(code)","reason":"\#(reason)"}"#,
      type: "application/problem+json")
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

private final class StubEdgeConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let state: StubEdge.Box
  private let script: StubEdge.Script
  private var text = ""

  init(_ state: StubEdge.Box, _ script: @escaping StubEdge.Script) {
    self.state = state
    self.script = script
  }

  func channelActive(context: ChannelHandlerContext) {
    state.log.withLock { $0.connections += 1 }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    text += String(buffer: unwrapInboundIn(data))
    while let request = takeRequest() {
      let number = state.log.withLock { log in
        log.requests.append(request)
        return log.requests.count - 1
      }
      switch script(number, request) {
      case .bytes(let reply): write(reply, context)
      case .last(let reply):
        write(reply, context)
        context.close(promise: nil)
        return
      case .silence: break
      }
    }
  }

  private func write(_ reply: String, _ context: ChannelHandlerContext) {
    guard !reply.isEmpty else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
  }

  /// A head and as many bytes of a body as it says.
  private func takeRequest() -> StubEdge.Request? {
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    var lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let line = lines.removeFirst()
    var request = StubEdge.Request(line: line, fields: lines, body: "")
    let length = request.field("content-length").flatMap { Int($0) } ?? 0
    let rest = text[end.upperBound...]
    guard rest.utf8.count >= length else { return nil }
    request.body = String(rest.prefix(length))
    text = String(rest.dropFirst(length))
    return request
  }
}
