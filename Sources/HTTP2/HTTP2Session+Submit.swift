internal import CNghttp2

extension HTTP2Session {
  /// Opens a stream on a client. The three lists are sent one after the other, so that constant
  /// heads and tails need not be put into one array for each call.
  /// - Parameters:
  ///   - body: queued behind the headers.
  ///   - endStream: whether the body is all there is; else `send`, `finish` follow.
  public func submitRequest(
    _ fields: [HeaderField], _ more: [HeaderField] = [], _ rest: [HeaderField] = [],
    body: [UInt8] = [], endStream: Bool
  ) throws(HTTP2StreamError) -> StreamID {
    throw HTTP2StreamError(.connectionClosing, StreamID(rawValue: 0))
  }

  /// The whole reply of a unary call: HEADERS, DATA and trailers leave in one drain. When the
  /// peer's END_STREAM is still missing, RST_STREAM(NO_ERROR) follows the trailers.
  public func submitReply(
    _ fields: [HeaderField], _ more: [HeaderField] = [], body: [UInt8],
    trailers: [HeaderField], _ moreTrailers: [HeaderField] = [], on stream: StreamID
  ) throws(HTTP2StreamError) {}

  /// A response head. With `endStream` it is the whole reply (Trailers-Only); else `send` and
  /// `submitTrailers` or `finish` follow.
  public func submitResponse(
    _ fields: [HeaderField], _ more: [HeaderField] = [], endStream: Bool, on stream: StreamID
  ) throws(HTTP2StreamError) {}

  /// Queues body bytes; they leave as the peer's windows allow.
  public func send(_ bytes: [UInt8], on stream: StreamID) throws(HTTP2StreamError) {}

  /// Half-closes the stream after the queued body.
  public func finish(_ stream: StreamID) throws(HTTP2StreamError) {}

  /// Ends the reply with trailers after the queued body.
  public func submitTrailers(
    _ trailers: [HeaderField], _ more: [HeaderField] = [], on stream: StreamID
  ) throws(HTTP2StreamError) {}

  /// Ends the stream in both directions. A stream that is already gone is left alone.
  public func reset(_ stream: StreamID, _ code: HTTP2ErrorCode) {}

  /// Body bytes that wait on `stream` for the peer's window or for `drain`.
  public func unsentBytes(on stream: StreamID) -> Int { 0 }

  /// Gives `count` bytes of the stream's window back, once a reader has taken them. The
  /// connection's window is given back on receipt, so one slow reader stalls no other stream.
  public func consume(_ count: Int, on stream: StreamID) {}

  /// A server gives a slot of `concurrentStreamsMax` back: exactly once for each
  /// `.headers(…, .request, …)` event, when the stream is closed and its handler has returned.
  public func releaseSlot() {}

  /// Takes no further streams, serves those that were begun; `reason` is plain ASCII.
  public func submitGoAway(_ code: HTTP2ErrorCode, reason: StaticString) {}

  /// Announces a coming end without refusing anything yet: GOAWAY(2^31−1, NO_ERROR).
  public func announceGoAway(reason: StaticString) {}

  /// Ends the connection: GOAWAY leaves with the next drain, then `isOpen` is false.
  public func terminate(_ code: HTTP2ErrorCode, reason: StaticString) {}

  public func submitPing(_ payload: UInt64) {}
}
