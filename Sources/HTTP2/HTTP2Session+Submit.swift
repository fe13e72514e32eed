internal import CNghttp2

/// Every place where we hand something to nghttp2 to be sent. Nothing leaves before `drain`.
extension HTTP2Session {
  // MARK: - Requests and replies

  /// Opens a stream on a client. The three lists are sent one after the other, so that constant
  /// heads and tails need not be put into one array for each call.
  /// - Parameters:
  ///   - body: queued behind the headers.
  ///   - endStream: whether the body is all there is; else `send`, `finish` follow.
  public func submitRequest(
    _ fields: [HeaderField], _ more: [HeaderField] = [], _ rest: [HeaderField] = [],
    body: [UInt8] = [], endStream: Bool
  ) throws(HTTP2StreamError) -> StreamID {
    try checkCanOpen()
    headerVector.fill(fields, more, rest)
    return try submitFilledRequest(body, endStream: endStream)
  }

  /// The same with lists that were made before: `fields` and `constants` cost a request next to
  /// nothing.
  public func submitRequest(
    _ fields: PreparedFields, _ more: [HeaderField] = [], _ constants: ConstantFields = .none,
    _ rest: [HeaderField] = [], body: [UInt8], endStream: Bool
  ) throws(HTTP2StreamError) -> StreamID {
    try checkCanOpen()
    headerVector.fill(fields, more, constants, rest)
    // The vector points into it.
    defer { extendLifetime(fields) }
    return try submitFilledRequest(body, endStream: endStream)
  }

  /// The whole reply of a unary call: HEADERS, DATA and trailers leave in one drain. When the
  /// peer's END_STREAM is still missing, RST_STREAM(NO_ERROR) follows the trailers.
  public func submitReply(
    _ fields: [HeaderField], _ more: [HeaderField] = [], body: [UInt8],
    trailers: [HeaderField], _ moreTrailers: [HeaderField] = [], on id: StreamID
  ) throws(HTTP2StreamError) {
    try updateForHead(id) { stream throws(HTTP2StreamError) in
      stream.body.append(body)
      stream.body.end = .trailers(trailers, moreTrailers)
      headerVector.fill(fields, more)
      try submitFilledHead(endStream: false, &stream, id)
    }
  }

  /// The same of constants alone, as most replies are.
  public func submitReply(
    _ head: ConstantFields, body: [UInt8], trailers: ConstantFields, on id: StreamID
  ) throws(HTTP2StreamError) {
    try updateForHead(id) { stream throws(HTTP2StreamError) in
      stream.body.append(body)
      stream.body.end = .constantTrailers(trailers)
      headerVector.fill(head)
      try submitFilledHead(endStream: false, &stream, id)
    }
  }

  /// A response head. With `endStream` it is the whole reply (Trailers-Only); else `send` and
  /// `submitTrailers` or `finish` follow.
  public func submitResponse(
    _ fields: [HeaderField], _ more: [HeaderField] = [], endStream: Bool, on id: StreamID
  ) throws(HTTP2StreamError) {
    try updateForHead(id) { stream throws(HTTP2StreamError) in
      if endStream { stream.body.end = .endStream }
      headerVector.fill(fields, more)
      try submitFilledHead(endStream: endStream, &stream, id)
    }
  }

  /// Queues body bytes; they leave as the peer's windows allow.
  public func send(_ bytes: [UInt8], on id: StreamID) throws(HTTP2StreamError) {
    try updateForBody(id) { stream in
      stream.body.append(bytes)
      shareFairly(&stream, id)
      if !bytes.isEmpty { resumeBody(of: &stream, on: id) }
    }
  }

  /// Half-closes the stream after the queued body.
  public func finish(_ id: StreamID) throws(HTTP2StreamError) {
    try updateForBody(id) { stream in
      stream.body.end = .endStream
      resumeBody(of: &stream, on: id)
    }
  }

  /// Ends the reply with trailers after the queued body.
  public func submitTrailers(
    _ trailers: [HeaderField], _ more: [HeaderField] = [], on id: StreamID
  ) throws(HTTP2StreamError) {
    try updateForBody(id) { stream in
      stream.body.end = .trailers(trailers, more)
      resumeBody(of: &stream, on: id)
    }
  }

  /// Ends the stream in both directions. A stream that is already gone is left alone.
  public func reset(_ id: StreamID, _ code: HTTP2ErrorCode) {
    _ = streams.update(id) { resetForOwner(id, &$0, code) }
  }

  /// Body bytes that wait on `stream` for the peer's window or for `drain`.
  public func unsentBytes(on id: StreamID) -> Int {
    streams.update(id) { $0.body.unsentBytes } ?? 0
  }

  /// Body bytes of `stream` that were put into frames so far.
  public func sentBytes(on id: StreamID) -> Int {
    streams.update(id) { $0.body.sentBytes } ?? 0
  }

  // MARK: - Windows and slots

  /// Gives `count` bytes of the stream's window back, once a reader has taken them. The
  /// connection's window is given back on receipt, so one slow reader stalls no other stream.
  public func consume(_ count: Int, on id: StreamID) {
    // When the peer has ended the stream, it has no use for its window.
    guard count > 0, streams.update(id, { $0.isRemoteEnded }) == false else { return }
    record(unsafe nghttp2_session_consume_stream(library, id.rawValue, count))
  }

  /// A server gives a slot of `concurrentStreamsMax` back: exactly once for each
  /// `.headers(…, .request, …)` event, when the stream is closed and its handler has returned.
  public func releaseSlot() {
    assert(slotsTaken > 0, "more slots released than were taken")
    if slotsTaken > 0 { slotsTaken -= 1 }
  }

  // MARK: - The connection

  /// Takes no further streams, serves those that were begun; `reason` is plain ASCII.
  public func submitGoAway(_ code: HTTP2ErrorCode, reason: StaticString) {
    let text = Array(reason.description.utf8)
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    record(
      unsafe nghttp2_submit_goaway(
        library, flags, lastStreamTaken.rawValue, code.rawValue, text, text.count))
  }

  /// The ACK comes back as `.pingAcknowledged` with the same payload.
  public func submitPing(_ payload: UInt64) {
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    unsafe withUnsafeBytes(of: payload.bigEndian) { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      record(unsafe nghttp2_submit_ping(library, flags, start))
    }
  }

  /// False once GOAWAY was sent or received, or the numbers ran out.
  public var canOpenStream: Bool {
    guard role == .client && isOpen else { return false }
    return unsafe nghttp2_session_check_request_allowed(library) != 0
  }

  // MARK: - Within the session

  private func checkCanOpen() throws(HTTP2StreamError) {
    if !canOpenStream { throw HTTP2StreamError(.connectionClosing, StreamID(rawValue: 0)) }
  }

  private func submitFilledRequest(
    _ body: [UInt8], endStream: Bool
  ) throws(HTTP2StreamError) -> StreamID {
    var source = unsafe nghttp2_data_provider()
    unsafe source.read_callback = Self.bodySource
    let isHeadOnly = endStream && body.isEmpty
    let result =
      if isHeadOnly {
        unsafe nghttp2_submit_request(
          library, nil, headerVector.base, headerVector.count, nil, nil)
      } else {
        unsafe nghttp2_submit_request(
          library, nil, headerVector.base, headerVector.count, &source, nil)
      }
    guard result > 0 else { throw streamError(result, StreamID(rawValue: 0)) }
    let id = StreamID(rawValue: result)
    var stream = SessionStream()
    stream.isAnnounced = true
    stream.hasHead = true
    stream.body.append(body)
    if endStream { stream.body.end = .endStream }
    streams.insert(stream, for: id)
    return id
  }

  /// A reset that is no reaction to a fault of the peer, so nobody is charged for it.
  func resetForOwner(_ id: StreamID, _ stream: inout SessionStream, _ code: HTTP2ErrorCode) {
    stream.isResetByOwner = true
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    record(unsafe nghttp2_submit_rst_stream(library, flags, id.rawValue, code.rawValue))
  }

  /// Called from the body's entry point, so that trailers follow the last DATA frame directly.
  func submitFilledTrailers(on id: StreamID) -> Bool {
    unsafe nghttp2_submit_trailer(
      library, id.rawValue, headerVector.base, headerVector.count) == 0
  }

  /// Lets `body` submit the head of a reply.
  @inline(__always)
  private func updateForHead(
    _ id: StreamID, _ body: (inout SessionStream) throws(HTTP2StreamError) -> Void
  ) throws(HTTP2StreamError) {
    let isKnown = try streams.update(id) { stream throws(HTTP2StreamError) in
      guard stream.isAnnounced else { return false }
      if stream.hasHead || role == .client { throw HTTP2StreamError(.alreadyEnded, id) }
      try body(&stream)
      return true
    }
    if isKnown != true { throw HTTP2StreamError(.unknownStream, id) }
  }

  /// Lets `body` go on with a body, or end it.
  @inline(__always)
  private func updateForBody(
    _ id: StreamID, _ body: (inout SessionStream) -> Void
  ) throws(HTTP2StreamError) {
    let isKnown = try streams.update(id) { stream throws(HTTP2StreamError) in
      guard stream.isAnnounced else { return false }
      if !stream.hasHead { throw HTTP2StreamError(.headMissing, id) }
      if !stream.body.isOpen { throw HTTP2StreamError(.alreadyEnded, id) }
      body(&stream)
      return true
    }
    if isKnown != true { throw HTTP2StreamError(.unknownStream, id) }
  }

  private func submitFilledHead(
    endStream: Bool, _ stream: inout SessionStream, _ id: StreamID
  ) throws(HTTP2StreamError) {
    var source = unsafe nghttp2_data_provider()
    unsafe source.read_callback = Self.bodySource
    let result =
      if endStream {
        unsafe nghttp2_submit_response(
          library, id.rawValue, headerVector.base, headerVector.count, nil)
      } else {
        unsafe nghttp2_submit_response(
          library, id.rawValue, headerVector.base, headerVector.count, &source)
      }
    guard result == 0 else { throw streamError(result, id) }
    stream.hasHead = true
    shareFairly(&stream, id)
  }

  /// Without this nghttp2 sends equal streams one after the other, and a large reply holds up all
  /// later ones. A body that fits one frame cannot. (RFC 9218 §4.2)
  private func shareFairly(_ stream: inout SessionStream, _ id: StreamID) {
    let isOneFrame = !stream.body.isOpen && stream.body.unsentBytes <= Self.frameBytes
    if role == .client || stream.isShared || isOneFrame { return }
    stream.isShared = true
    var priority = nghttp2_extpri(urgency: UInt32(NGHTTP2_EXTPRI_DEFAULT_URGENCY), inc: 1)
    record(
      unsafe nghttp2_session_change_extpri_stream_priority(library, id.rawValue, &priority, 1))
  }

  /// The payload of a DATA frame unless the peer asked for larger ones. (RFC 9113 §6.5.2)
  private static let frameBytes = 16_384

  private func resumeBody(of stream: inout SessionStream, on id: StreamID) {
    guard stream.isWaitingForBody else { return }
    stream.isWaitingForBody = false
    record(unsafe nghttp2_session_resume_data(library, id.rawValue))
  }

  /// A submission may come too late for its stream, which hurts nobody. Only what is fatal to the
  /// connection, want of memory, is kept for `drain` to throw.
  private func record(_ code: Int32) {
    if nghttp2_is_fatal(code) != 0 && failure == nil {
      failure = HTTP2ConnectionError(.library(LibraryFailure(code: code)))
    }
  }

  private func streamError(_ code: Int32, _ id: StreamID) -> HTTP2StreamError {
    let failure = LibraryFailure(code: code)
    return HTTP2StreamError(
      failure == .streamIDNotAvailable ? .connectionClosing : .library(failure), id)
  }
}
