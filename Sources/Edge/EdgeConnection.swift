internal import NIOCore
internal import NIOHTTP1

/// One client connection: moves request parts into `RequestReading` and does what it says.
/// All of it happens on the connection's event loop; only `EdgeResponder.respond` runs elsewhere.
final class EdgeConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// How long a client may go on sending what nobody reads after its last answer, so that closing
  /// does not reset the connection before it has read that answer. (RFC 9112 §9.6)
  private static let lingerTime = TimeAmount.seconds(2)

  /// After these a client would only go on with what was refused.
  private static let lastStatuses: Set<Int> = [408, 413, 414, 431]

  let responder: EdgeResponder
  let reporter: ExchangeReporter
  private let date: DateHeader
  private var reading: RequestReading
  private var context: ChannelHandlerContext?
  private var exchange: Exchange?
  private var bytesIn = 0
  /// Whether the client asked to keep the connection, in the head of the current request.
  private var keepsAlive = true
  private var isInputClosed = false
  private var answer: Task<Void, Never>?
  private var timer: Scheduled<Void>?

  init(responder: EdgeResponder, reporter: ExchangeReporter, date: DateHeader) {
    self.responder = responder
    self.reporter = reporter
    self.date = date
    reading = RequestReading(bodyMax: responder.settings.bodyMax)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    startTimer(responder.settings.idleTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    giveUp()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    giveUp()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): received(head, context)
    case .body(let buffer):
      bytesIn += buffer.readableBytes
      perform(reading.body(buffer.readableBytesView), context)
    case .end: perform(reading.end(), context)
    }
  }

  private func received(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard reading.state == .idle else { return }
    let exchange = responder.admit(
      head, peer: context.remoteAddress.map(Self.describe) ?? "unknown")
    self.exchange = exchange
    bytesIn = 0
    // A client of HTTP/1.0 knows no 1xx answer. (RFC 9110 §10.1.1)
    let expectsContinue = exchange.expectsContinue && head.version == .http1_1
    keepsAlive = head.isKeepAlive
    startTimer(responder.settings.bodyTimeout)
    let action = reading.head(
      isRefused: exchange.refusal != nil, expectsContinue: expectsContinue && exchange.hasBody,
      length: exchange.contentLength)
    perform(action, context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      isInputClosed = true
      perform(reading.inputEnded(), context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, error != .invalidEOFState,
      reading.malformed()
    else {
      context.close(promise: nil)
      return
    }
    let problem: Problem =
      error == .headerOverflow
      ? .headersTooLarge(responder.settings.headerMax) : .malformedRequest
    let exchange = exchange ?? responder.unread(peer: context.remoteAddress.map(Self.describe))
    self.exchange = exchange
    write(responder.answer(problem, to: exchange), to: exchange, context)
  }

  private func perform(_ action: RequestReading.Action, _ context: ChannelHandlerContext) {
    guard let exchange else {
      if action == .close { context.close(promise: nil) }
      return
    }
    switch action {
    case .none: break
    case .sendContinue:
      let head = HTTPResponseHead(version: .http1_1, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    case .refuse: write(refusal(exchange), to: exchange, context)
    case .refuseBody:
      let problem = Problem.bodyTooLarge(responder.settings.bodyMax)
      write(responder.answer(problem, to: exchange), to: exchange, context)
    case .respond(let body): respond(to: exchange, body, context)
    case .close: context.close(promise: nil)
    case .cancel: answer?.cancel()
    }
  }

  private func refusal(_ exchange: Exchange) -> Answer {
    responder.answer(exchange.refusal ?? .malformedRequest, to: exchange)
  }

  private func respond(
    to exchange: Exchange, _ body: [UInt8]?, _ context: ChannelHandlerContext
  ) {
    stopTimer()
    guard let body else {
      write(refusal(exchange), to: exchange, context)
      return
    }
    let eventLoop = context.eventLoop
    let connection = NIOLoopBound(self, eventLoop: eventLoop)
    let responder = responder
    // Runs here as far as it gets without waiting, so what needs no call is answered in this turn
    // of the loop's work.
    answer = Task.immediate {
      let answer = await responder.respond(to: exchange, body: body)
      eventLoop.execute { connection.value.responded(answer, to: exchange) }
    }
  }

  private func responded(_ answer: Answer, to exchange: Exchange) {
    self.answer = nil
    // Without an exchange the client went away, and that has been told already.
    guard let context, self.exchange != nil else { return }
    write(answer, to: exchange, context)
  }

  private func write(
    _ answer: Answer, to exchange: Exchange, _ context: ChannelHandlerContext
  ) {
    stopTimer()
    self.exchange = nil
    if exchange.holdsPlace { responder.leavePlace() }
    let isUnwelcome = exchange.method == "CONNECT" || Self.lastStatuses.contains(answer.status)
    let closes = reading.answered(
      closes: !keepsAlive || isInputClosed || responder.isDraining || isUnwelcome)
    let head = answer.head(requestID: exchange.requestID, date: date.value(), closes: closes)
    let hasBody = exchange.method != "HEAD" && !answer.body.isEmpty
    reporter.ended(
      exchange, answer, bytesIn: bytesIn, bytesOut: hasBody ? answer.body.count : 0)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if hasBody {
      let buffer = context.channel.allocator.buffer(bytes: answer.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }
    // From here on the next request may arrive, even inside this call.
    if closes {
      finish(context)
    } else {
      startTimer(responder.settings.idleTimeout)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }

  /// Ends the last answer, closes our half, and waits a little for the client to close its own.
  private func finish(_ context: ChannelHandlerContext) {
    let written = context.eventLoop.makePromise(of: Void.self)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    written.futureResult.whenComplete { _ in connection.value.linger() }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }

  private func linger() {
    guard let context else { return }
    guard !isInputClosed else {
      context.close(promise: nil)
      return
    }
    context.close(mode: .output, promise: nil)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: Self.lingerTime) {
      connection.value.context?.close(promise: nil)
    }
  }

  // MARK: Time

  private func startTimer(_ time: Duration) {
    stopTimer()
    guard let context else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) { connection.value.timedOut() }
  }

  private func stopTimer() {
    timer?.cancel()
    timer = nil
  }

  private func timedOut() {
    guard let context else { return }
    guard let exchange, reading.timedOut() else {
      if reading.state == .idle { context.close(promise: nil) }
      return
    }
    write(responder.answer(.bodyTimeout, to: exchange), to: exchange, context)
  }

  /// The connection is gone: nobody is left to answer to.
  private func giveUp() {
    stopTimer()
    answer?.cancel()
    guard let exchange else { return }
    self.exchange = nil
    if exchange.holdsPlace { responder.leavePlace() }
    reporter.ended(exchange, Answer(status: 499), bytesIn: bytesIn, bytesOut: 0)
  }

  private static func describe(_ address: SocketAddress) -> String {
    guard let host = address.ipAddress, let port = address.port else { return "local" }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
