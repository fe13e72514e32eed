internal import NIOCore
internal import NIOHTTP1

/// A keep-alive connection to the JSON edge. HTTP/1.1 answers in the order of the requests, so a
/// second one in flight would wait for the first and its waiting would count as the edge's: this
/// link carries one at a time.
///
///     idle ──start, flush──▶ busy ──the reply's end──▶ idle
///                             │ time limit, Connection: close    │ closed by the peer
///                             ▼                                  ▼
///                           spent: another connection takes its place
///
/// It lives on one event loop, and so does everything that calls it; it needs no lock.
final class RESTLink: ChannelInboundHandler, LoadLink, @unchecked Sendable {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let heads: RESTHeads
  private let keepsMessages: Bool
  private let clock: any EventLoop
  private weak var events: (any LinkEvents)?
  private var context: ChannelHandlerContext?
  private var exchange: RESTExchange?
  /// Bytes of one socket read are still being told. What starts now might take what is left of them
  /// for its own reply.
  private var isReading = false
  private var isClosing = false
  /// It takes no more requests, and another connection may take its place at once.
  private(set) var isDraining = false

  init(
    _ configuration: RunConfiguration, heads: RESTHeads, on loop: any EventLoop,
    events: any LinkEvents
  ) {
    self.heads = heads
    self.events = events
    clock = loop
    keepsMessages = configuration.keepsMessages
  }

  private var now: UInt64 { clock.now.uptimeNanoseconds }

  // MARK: Requests

  var serverStreamsMax: Int { 1 }

  var room: Int {
    guard exchange == nil, !isReading, !isClosing, !isDraining, let context,
      context.channel.isActive
    else { return 0 }
    return 1
  }

  func start(_ request: LoadRequest, slot: Int) {
    guard room > 0, let rest = request.rest else {
      events?.ended(slot, .failed(.refused), nil)
      return
    }
    exchange = RESTExchange(
      slot: slot, kind: request.kind, rest, keepsMessage: keepsMessages)
  }

  func flush() {
    // Before the write: what the socket costs is part of what the server is seen to cost.
    guard !isClosing, let context, let request = exchange?.leave(at: now) else { return }
    context.write(wrapOutboundOut(.head(heads.head(of: request))), promise: nil)
    if !request.body.isEmpty {
      let body = context.channel.allocator.buffer(bytes: request.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  /// HTTP/1.1 cannot take a request back: the reply would come, and in the next one's place.
  func abandon(_ slot: Int) -> WireTimes? {
    guard let exchange, exchange.slot == slot else { return nil }
    self.exchange = nil
    guard exchange.hasLeft else { return nil }
    retire()
    return exchange.wire(endingAt: now)
  }

  func close() { end() }

  // MARK: The socket

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    isReading = true
    if let ending = exchange?.receive(unwrapInboundIn(data), at: now) { finish(ending) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    if !isClosing, !isDraining { events?.madeRoom(self) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    fail(.failed(.closed))
    events?.lost(self)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Also where nothing was asked: what comes unasked would be taken for the next reply.
    if Self.isRuleBreach(error) { fail(.answer(.init(statusText: nil, messages: 0))) }
    end()
  }

  /// Bytes that are no HTTP, as against a connection that ended too early.
  private static func isRuleBreach(_ error: any Error) -> Bool {
    switch error {
    case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: false
    case is HTTPParserError, is NIOHTTPDecoderError: true
    default: false
    }
  }

  // MARK: Ends

  private func finish(_ ending: LoadReply.Ending) {
    guard let done = exchange else { return }
    exchange = nil
    let keepsAlive = done.keepsAlive
    // First, so that the request that follows in a closed loop does not come here.
    if !keepsAlive { isDraining = true }
    events?.ended(done.slot, ending, done.wire)
    if !keepsAlive { retire() }
  }

  private func fail(_ ending: LoadReply.Ending) {
    guard let failed = exchange else { return }
    exchange = nil
    // First, so that the request that follows in a closed loop does not come here.
    isClosing = true
    events?.ended(failed.slot, ending, failed.wire(endingAt: now))
  }

  /// Makes way for another connection in good order.
  private func retire() {
    isDraining = true
    events?.lost(self)
    end()
  }

  private func end() {
    isClosing = true
    context?.close(promise: nil)
  }
}
