internal import HTTP2
internal import NIOCore
internal import NIOTLS
internal import RPC
internal import Transport

/// A connection over the network: the HTTP/2 machine, a socket, and the times at which bytes left
/// and came. All answers of one read are judged before one write sends what follows from them.
///
/// It lives on one event loop, and so does everything that calls it; it needs no lock.
final class SessionLink: ChannelInboundHandler, LoadLink, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  /// A request under way.
  struct Stream {
    var slot: Int
    var reading: ReplyReading
    var times: WireTimes
    var hasLeft = false
    var hasFirstByte = false
    /// How the peer ended it; the stream itself may close a moment later.
    var ending: LoadReply.Ending?
  }

  let session: HTTP2Session
  let streams = StreamTable<Stream>()
  private let heads: RequestHeads
  private let streamsMax: Int
  private let keepsMessages: Bool
  private let clock: any EventLoop
  weak var events: (any LinkEvents)?
  var onReady: ((LoadError?) -> Void)?
  private let address: TargetAddress
  private var context: ChannelHandlerContext?
  private var output: ByteBuffer
  /// Where what has been read is given back to; nil when TLS stands between.
  private let readBuffer: ReadBuffer?
  /// Started since the last write.
  private var unsent: [StreamID] = []
  private var isReading = false
  private var isClosing = false
  /// Until TLS is there not a byte of HTTP/2 may leave.
  private var isSecuring: Bool
  /// Why TLS did not come to be.
  private var failure: String?
  private(set) var isDraining = false
  private var hasSettings = false

  init(
    _ configuration: RunConfiguration, heads: RequestHeads, address: TargetAddress,
    channel: any Channel, events: any LinkEvents
  ) throws(HTTP2ConnectionError) {
    clock = channel.eventLoop
    session = try HTTP2Session(
      role: .client, settings: Self.settings, now: clock.now.uptimeNanoseconds)
    self.heads = heads
    self.address = address
    self.events = events
    isSecuring = configuration.tls != nil
    readBuffer = isSecuring ? nil : ReadBuffer.of(channel.eventLoop)
    streamsMax = configuration.streams
    keepsMessages = configuration.keepsMessages
    output = channel.allocator.buffer(capacity: Self.outputBytes)
  }

  /// A handshake; it grows to what the connection's requests take.
  private static let outputBytes = 512

  private static let settings: HTTP2Settings = {
    // A server must never wait for the tool: its waiting would count as the server's latency.
    var settings = HTTP2Settings(streamWindowBytes: 1 << 20, connectionWindowBytes: 16 << 20)
    // The tool judges a server and does not defend itself against it: a connection that it closed
    // because of too many faults would hide how many there were.
    let plenty = AbuseLedger.Allowance(burst: .max, refillPerSecond: 1)
    settings.ledger.peerError = plenty
    settings.ledger.emptyFrame = plenty
    settings.ledger.ignoredFrame = plenty
    settings.ledger.ping = plenty
    settings.ledger.windowUpdate = plenty
    return settings
  }()

  private var now: UInt64 { clock.now.uptimeNanoseconds }

  // MARK: Requests

  /// What the server allows at once; it may be less than was asked for.
  var serverStreamsMax: Int { Int(session.peerConcurrentStreamsMax) }

  var room: Int {
    // The session knows of a GOAWAY while answers that came before it are still being told.
    guard hasSettings, !isDraining, !isClosing, session.canOpenStream else { return 0 }
    return min(streamsMax, serverStreamsMax) - session.openStreams
  }

  func start(_ request: LoadRequest, slot: Int) {
    do throws(HTTP2StreamError) {
      let stream = try session.submitRequest(
        heads.head(of: request.kind), body: request.sealed, endStream: true)
      streams.insert(
        Stream(
          slot: slot,
          reading: ReplyReading(keepsMessage: keepsMessages && request.kind == .placeOrder),
          times: WireTimes(at: 0, end: 0)),
        for: stream)
      unsent.append(stream)
    } catch {
      events?.ended(slot, .failed(.refused), nil)
    }
  }

  func abandon(_ slot: Int) -> WireTimes? {
    var found: (stream: StreamID, times: WireTimes?)?
    streams.forEach { stream, state in
      guard state.slot == slot else { return }
      found = (stream, state.hasLeft ? state.times : nil)
    }
    guard let found else { return nil }
    streams.remove(found.stream)
    session.reset(found.stream, .cancel)
    return found.times
  }

  func close() {
    session.terminate(.noError, reason: "the run is over")
    flush()
    if let context { end(context) }
  }

  // MARK: The socket

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { flush() }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) { flush() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    let buffer = unwrapInboundIn(data)
    let arrived = now
    isReading = true
    do throws(HTTP2ConnectionError) {
      try session.receive(buffer.readableBytesSpan, now: arrived)
      takeEvents(buffer, at: arrived)
    } catch {
      takeEvents(buffer, at: arrived)
      end(context)
    }
    readBuffer?.give(buffer)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    // The numbers of streams may have run out without a word of the peer.
    if hasSettings, !isClosing, !session.canOpenStream { drain() }
    if !isClosing { events?.madeRoom(self) }
    flush()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) { flush() }

  func channelInactive(context: ChannelHandlerContext) { ended() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = failure ?? TLSCause.text(of: error)
    end(context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let chosen)? = event as? TLSUserEvent, !isClosing else {
      return
    }
    if chosen == TLSCredentials.protocolName {
      isSecuring = false
      flush()
    } else {
      failure = TLSCause.notHTTP2(chosen)
      end(context)
    }
  }

  func flush() {
    guard !isReading, !isClosing, !isSecuring, let context, context.channel.isWritable else {
      return
    }
    output.clear()
    var buffer = output
    output = ByteBuffer()
    defer { output = buffer }
    do throws(HTTP2ConnectionError) {
      try session.drain { frame in buffer.writeBytes(frame) }
    } catch {
      end(context)
      return
    }
    if buffer.readableBytes > 0 {
      // Before the write: what the socket costs is part of what the server is seen to cost.
      stampSent(at: now)
      context.writeAndFlush(NIOAny(buffer), promise: nil)
    }
    if !session.isOpen || isDraining && streams.count == 0 { end(context) }
  }

  private func stampSent(at now: UInt64) {
    for stream in unsent {
      streams.update(stream) { state in
        state.times = WireTimes(at: now, end: now)
        state.hasLeft = true
      }
    }
    unsent.removeAll(keepingCapacity: true)
    takeEvents(nil, at: now)
  }

  private func end(_ context: ChannelHandlerContext) {
    guard !isClosing else { return }
    isClosing = true
    context.close(promise: nil)
  }

  /// The connection is gone, and with it all that it carried.
  private func ended() {
    isClosing = true
    let now = now
    if let onReady {
      self.onReady = nil
      let cause = failure ?? "closed by the peer"
      onReady(LoadError(.targetUnavailable(address: "\(address)", cause: cause)))
      return
    }
    let states = streams.streams.compactMap { streams.remove($0) }
    for state in states.sorted(by: { $0.slot < $1.slot }) {
      tell(state, state.ending ?? .failed(.closed), at: now)
    }
    events?.lost(self)
  }

  // MARK: Events

  private func takeEvents(_ buffer: ByteBuffer?, at now: UInt64) {
    while let event = session.nextEvent() {
      switch event {
      case .headers(let stream, let block, let category, let endStream):
        guard category != .informational else { break }
        streams.update(stream) { state in
          state.noteArrival(at: now)
          state.reading.receive(block, endStream: endStream)
          if endStream { state.finish(at: now) }
        }
        if endStream { stopSending(stream) }
      case .data(let stream, let range):
        guard let buffer else { break }
        session.consume(range.count, on: stream)
        streams.update(stream) { state in
          state.noteArrival(at: now)
          state.reading.receive(buffer, range)
        }
      case .endStream(let stream):
        streams.update(stream) { $0.finish(at: now) }
        stopSending(stream)
      case .endStreamSent(let stream):
        streams.update(stream) { $0.times.bodySent = now }
      case .reset(let stream, let code):
        streams.update(stream) { $0.fail(code == .refusedStream ? .refused : .reset, at: now) }
      case .fault(let error):
        // The answer broke the rules of HTTP/2, and this side has reset its stream.
        streams.update(error.stream) { $0.finish(at: now) }
      case .closed(let stream, let code):
        guard let state = streams.remove(stream) else { break }
        tell(state, state.ending ?? .failed(cause(code)), at: now)
      case .settings: becomeReady()
      case .goAway: drain()
      case .goAwaySent, .settingsAcknowledged, .ping, .pingAcknowledged: break
      }
    }
  }

  /// REFUSED_STREAM without a reset: GOAWAY left the stream above its last number.
  private func cause(_ code: HTTP2ErrorCode) -> TransportCause {
    code == .refusedStream && isDraining ? .goaway : .reset
  }

  private func tell(_ state: Stream, _ ending: LoadReply.Ending, at now: UInt64) {
    var times = state.times
    if state.ending == nil { times.end = now }
    if !state.hasFirstByte { times.firstByte = times.end }
    events?.ended(state.slot, ending, state.hasLeft ? times : nil)
  }

  /// The peer has answered and does not want the rest of the request.
  private func stopSending(_ stream: StreamID) {
    if session.unsentBytes(on: stream) > 0 { session.reset(stream, .cancel) }
  }

  private func becomeReady() {
    hasSettings = true
    guard let onReady else { return }
    self.onReady = nil
    onReady(nil)
  }

  private func drain() {
    guard !isDraining else { return }
    isDraining = true
    events?.lost(self)
  }
}

extension SessionLink.Stream {
  mutating func noteArrival(at now: UInt64) {
    guard !hasFirstByte else { return }
    hasFirstByte = true
    times.firstByte = now
  }

  mutating func finish(at now: UInt64) {
    guard ending == nil else { return }
    times.end = now
    ending = .answer(reading.finished())
  }

  mutating func fail(_ cause: TransportCause, at now: UInt64) {
    guard ending == nil else { return }
    times.end = now
    ending = .failed(cause)
  }
}
