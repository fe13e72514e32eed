import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Edge

/// The connection's handler on an event loop whose time the test moves.
@Suite struct EdgeConnectionTests {
  private func connected(
    _ body: (EmbeddedChannel, RecordingObserver) throws -> Void
  ) throws {
    let observer = RecordingObserver()
    let logger = Logger(label: "edge", factory: { _ in SwiftLogNoOpLogHandler() })
    let responder = EdgeResponder(
      settings: EdgeSettings(), orders: MemoryOrders(), inventory: MemoryInventory(),
      logger: logger, isReady: { true })
    let reporter = ExchangeReporter(accessLog: .off, observer: observer, logger: logger)
    let connection = EdgeConnection(responder: responder, reporter: reporter, date: DateHeader())
    let channel = EmbeddedChannel(handler: connection)
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/edge")).wait()
    try body(channel, observer)
    _ = try? channel.finish()
  }

  private func head(
    _ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders = [:]
  ) -> HTTPServerRequestPart {
    .head(HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers))
  }

  private func status(_ channel: EmbeddedChannel) throws -> Int? {
    guard case .head(let head) = try channel.readOutbound(as: HTTPServerResponsePart.self) else {
      return nil
    }
    return Int(head.status.code)
  }

  private func drain(_ channel: EmbeddedChannel) throws {
    while try channel.readOutbound(as: HTTPServerResponsePart.self) != nil {}
  }

  @Test func `an idle connection is closed after a minute`() throws {
    try connected { channel, _ in
      channel.embeddedEventLoop.advanceTime(by: .milliseconds(59_999))
      #expect(channel.isActive)
      channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
      #expect(!channel.isActive)
    }
  }

  @Test func `the minute begins anew with each answer`() throws {
    try connected { channel, observer in
      for _ in 0..<3 {
        channel.embeddedEventLoop.advanceTime(by: .seconds(40))
        try channel.writeInbound(head(.GET, "/livez"))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        channel.embeddedEventLoop.run()
        #expect(try status(channel) == 200)
        try drain(channel)
      }
      #expect(channel.isActive)
      #expect(observer.all.count == 3)
      channel.embeddedEventLoop.advanceTime(by: .seconds(60))
      #expect(!channel.isActive)
    }
  }

  @Test func `a body has half a minute and not one byte's time more`() throws {
    try connected { channel, observer in
      try channel.writeInbound(
        head(
          .POST, "/v1/orders", ["Content-Type": "application/json", "Content-Length": "100"]))
      for _ in 0..<29 {
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(bytes: [0x20])))
      }
      #expect(try status(channel) == nil)
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      #expect(try status(channel) == 408)
      #expect(observer.all.map(\.status) == [408])
      #expect(observer.all.map(\.bytesIn) == [29])
    }
  }

  @Test func `a client that goes on after its last answer is cut off`() throws {
    try connected { channel, observer in
      try channel.writeInbound(
        head(
          .POST, "/v1/orders", ["Content-Type": "application/json", "Content-Length": "9999999"]))
      #expect(try status(channel) == 413)
      try drain(channel)
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(bytes: [0x20])))
      #expect(try status(channel) == nil)
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      #expect(!channel.isActive)
      #expect(observer.all.count == 1)
    }
  }

  @Test func `a request cut off in its body is told once, as 499`() throws {
    try connected { channel, observer in
      try channel.writeInbound(
        head(.POST, "/v1/orders", ["Content-Type": "application/json", "Content-Length": "5"]))
      try channel.close().wait()
      #expect(observer.all.map(\.status) == [499])
    }
  }
}
