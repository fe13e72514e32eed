import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import LoadTest

/// One connection to the edge, on a clock that stands still until a test moves it.
@Suite struct RESTLinkTests {
  private final class Listener: LinkEvents, @unchecked Sendable {
    var endings: [(slot: Int, ending: LoadReply.Ending, times: WireTimes?)] = []
    var rooms = 0
    var losses = 0
    /// What a closed loop does: the next request follows from within the news of the last.
    var onEnd: (() -> Void)?

    func ended(_ slot: Int, _ ending: LoadReply.Ending, _ times: WireTimes?) {
      endings.append((slot, ending, times))
      onEnd?()
    }

    func madeRoom(_ link: any LoadLink) { rooms += 1 }

    func lost(_ link: any LoadLink) { losses += 1 }
  }

  private let loop = EmbeddedEventLoop()
  private let channel: EmbeddedChannel
  private let link: RESTLink
  private let events = Listener()
  private let request: LoadRequest

  init() throws {
    var configuration = RunConfiguration()
    configuration.rest = TargetAddress(host: "edge", port: 8080)
    configuration.streams = 1
    configuration.workload.content = .mix(try RequestMix(parsing: "check-stock=1"))
    channel = EmbeddedChannel(loop: loop)
    let heads = RESTHeads(configuration, TargetAddress(host: "edge", port: 8080))
    link = RESTLink(configuration, heads: heads, on: loop, events: events)
    try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
    try channel.pipeline.syncOperations.addHandler(link)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    var recent = RecentOrders()
    request = RequestSource(try Workload(configuration.workload), overREST: true)
      .request(at: 0, recent: &recent)
  }

  private func advance(_ nanoseconds: Int64) { loop.advanceTime(by: .nanoseconds(nanoseconds)) }

  private func receive(_ text: String) throws { try receive(text.utf8) }

  private func receive(_ bytes: some Sequence<UInt8>) throws {
    try channel.writeInbound(ByteBuffer(bytes: Array(bytes)))
    loop.run()
  }

  private func sent() throws -> String {
    var text = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
      text += String(buffer: bytes)
    }
    return text
  }

  private func send(_ slot: Int = 7) throws {
    link.start(request, slot: slot)
    link.flush()
    #expect(try sent().hasPrefix("GET /v1/stock?sku="))
  }

  private static let ok = StubEdge.reply("200 OK", #"{"items":[],"missing":["A"]}"#)
  private static let malformed = LoadReply.Ending.answer(.init(statusText: nil, messages: 0))

  @Test func `a request leaves with the flush, alone, and its times are those of the socket`()
    throws
  {
    #expect(link.room == 1)
    link.start(request, slot: 7)
    #expect(link.room == 0)
    #expect(try sent() == "")
    advance(10)
    link.flush()
    let target = try #require(request.rest?.target)
    #expect(
      try sent()
        == "GET \(target) HTTP/1.1\r\nHost: edge:8080\r\nUser-Agent: rpcload/"
        + "\(ToolVersion.version)\r\nAccept: application/json\r\n\r\n")
    link.flush()
    #expect(try sent() == "")
    advance(5)
    try receive(Self.ok.utf8.dropLast(5))
    #expect(events.endings.isEmpty && link.room == 0)
    advance(7)
    try receive(Self.ok.utf8.suffix(5))
    let end = try #require(events.endings.first)
    var times = WireTimes(at: 10, end: 22)
    times.firstByte = 15
    #expect(end.slot == 7 && end.ending == .answer(.init(statusText: "0")))
    #expect(end.times == times)
    #expect(link.room == 1 && events.rooms >= 1 && events.losses == 0)
  }

  @Test func `a reply is one however it is cut`() throws {
    for cut in 1..<Self.ok.utf8.count {
      try send(cut)
      try receive(Self.ok.utf8.prefix(cut))
      #expect(events.endings.count == cut - 1)
      try receive(Self.ok.utf8.dropFirst(cut))
      #expect(events.endings.count == cut)
    }
    #expect(events.endings.allSatisfy { $0.ending == .answer(.init(statusText: "0")) })
    #expect(channel.isActive)
  }

  @Test func `chunks, trailers and what was said before the reply are no part of the answer`()
    throws
  {
    try send()
    try receive("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    try receive(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "1\r\n{\r\n1\r\n}\r\n0\r\nX-A: b\r\n\r\n")
    #expect(events.endings.map(\.ending) == [.answer(.init(statusText: "0"))])
    #expect(link.room == 1)
  }

  @Test func `a request whose time is up takes its connection with it`() throws {
    try send()
    advance(30)
    let times = link.abandon(7)
    #expect(times == WireTimes(at: 0, end: 30))
    // In good order: another connection may take its place at once.
    #expect(link.isDraining && link.room == 0 && events.losses >= 1)
    #expect(!channel.isActive)
    #expect(events.endings.isEmpty)
    #expect(link.abandon(7) == nil)
  }

  @Test func `a request that has not left is given up without a trace`() throws {
    link.start(request, slot: 7)
    #expect(link.abandon(8) == nil && link.room == 0)
    #expect(link.abandon(7) == nil && link.room == 1)
    link.flush()
    #expect(try sent() == "")
    #expect(channel.isActive && events.losses == 0)
  }

  @Test func `a server that wants to close gets no further request here`() throws {
    events.onEnd = { [link] in #expect(link.room == 0) }
    try send()
    try receive(StubEdge.reply("200 OK", "{}", more: "Connection: close\r\n"))
    #expect(events.endings.map(\.ending) == [.answer(.init(statusText: "0"))])
    #expect(link.isDraining && link.room == 0 && !channel.isActive && events.losses >= 1)
  }

  @Test(arguments: [
    // Too short a length, too long a body: the rest would be the next one's reply.
    StubEdge.reply("200 OK", #"{"a":1}"#, length: 3),
    "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}", "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/9 200 OK\r\n\r\n", "<html></html>\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}\u{0}",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
  ])
  func `what is no HTTP is malformed and ends the connection`(bytes: String) throws {
    try send()
    try receive(bytes)
    #expect(events.endings.map(\.ending) == [Self.malformed])
    #expect(link.room == 0 && !channel.isActive)
    #expect(events.losses >= 1 && !link.isDraining)
  }

  @Test func `a reply that nobody asked for ends the connection and blames no request`() throws {
    try receive(Self.ok)
    #expect(events.endings.isEmpty && !channel.isActive && events.losses >= 1)
  }

  @Test func `a second reply in one read is not taken for that of the next request`() throws {
    events.onEnd = { [link, request, events] in
      events.onEnd = nil
      link.start(request, slot: 8)
    }
    try send()
    try receive(Self.ok + Self.ok)
    #expect(events.endings.map(\.slot) == [7, 8])
    #expect(events.endings.last?.ending == .failed(.refused))
    #expect(!channel.isActive)
  }

  @Test func `a connection that ends before the reply has is closed, not malformed`() throws {
    let cuts = [0, 1, 20, Self.ok.utf8.count - 1]
    for cut in cuts {
      let suite = try RESTLinkTests()
      try suite.send()
      suite.advance(9)
      if cut > 0 { try suite.receive(Self.ok.utf8.prefix(cut)) }
      suite.channel.pipeline.fireChannelInactive()
      #expect(suite.events.endings.map(\.ending) == [.failed(.closed)], "\(cut)")
      #expect(suite.events.endings.first?.times?.end == 9)
      #expect(suite.events.losses >= 1 && suite.link.room == 0)
    }
  }

  @Test func `a reply without a length ends with its connection`() throws {
    try send()
    try receive("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}")
    #expect(events.endings.isEmpty)
    channel.pipeline.fireChannelInactive()
    #expect(events.endings.map(\.ending) == [.answer(.init(statusText: "0"))])
    #expect(events.losses >= 1)
  }
}
