internal import CNghttp2

/// Every place where nghttp2 calls us. An entry point turns pointers into Swift values, records an
/// event or submits a frame, and returns. It never receives or sends: nghttp2 is on the stack, and
/// re-entering it would corrupt it.
extension HTTP2Session {
  private static let success: Int32 = 0
  /// nghttp2 drops the rest of the header block and goes on with the next frame.
  private static let dropBlock = Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
  private static let fatal = Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)

  static func makeEntryPoints() throws(HTTP2ConnectionError) -> OpaquePointer {
    var made: OpaquePointer?
    let code = unsafe nghttp2_session_callbacks_new(&made)
    guard code == 0, let table = unsafe made else {
      throw HTTP2ConnectionError(.library(LibraryFailure(code: code)))
    }
    unsafe installReceiving(in: table)
    unsafe installSending(in: table)
    return unsafe table
  }

  private static func installReceiving(in table: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, owner in
      guard let frame = unsafe frame else { return HTTP2Session.fatal }
      return unsafe HTTP2Session.of(owner) {
        unsafe $0.didBeginHeaders(
          StreamID(rawValue: frame.pointee.hd.stream_id), frame.pointee.headers.cat)
      }
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(table) {
      _, frame, name, nameCount, value, valueCount, _, owner in
      guard let frame = unsafe frame else { return HTTP2Session.fatal }
      return unsafe HTTP2Session.of(owner) {
        unsafe $0.didReceiveField(
          name: UnsafeRawBufferPointer(start: name, count: nameCount),
          value: UnsafeRawBufferPointer(start: value, count: valueCount),
          on: StreamID(rawValue: frame.pointee.hd.stream_id))
      }
    }
    // Without this one nghttp2 drops a field with, say, a line break in its value and serves the
    // rest. Such a message is malformed as a whole. (RFC 9113 §8.2.1, §10.3)
    unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(table) {
      _, _, _, _, _, _, _, _ in HTTP2Session.dropBlock
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) {
      _, _, stream, bytes, count, owner in
      unsafe HTTP2Session.of(owner) {
        $0.didReceiveData(
          at: Int(bitPattern: bytes), count: count, on: StreamID(rawValue: stream))
      }
      return HTTP2Session.success
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, owner in
      guard let frame = unsafe frame else { return HTTP2Session.fatal }
      unsafe HTTP2Session.of(owner) { unsafe $0.didReceive(frame) }
      return HTTP2Session.success
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(table) {
      _, stream, code, owner in
      unsafe HTTP2Session.of(owner) {
        $0.didClose(StreamID(rawValue: stream), HTTP2ErrorCode(rawValue: code))
      }
      return HTTP2Session.success
    }
  }

  private static func installSending(in table: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, owner in
      guard let frame = unsafe frame else { return HTTP2Session.fatal }
      unsafe HTTP2Session.of(owner) { unsafe $0.didSend(frame) }
      return HTTP2Session.success
    }
  }

  /// Where nghttp2 asks for the body of a stream.
  static let bodySource: nghttp2_data_source_read_callback = {
    _, stream, target, capacity, flags, _, owner in
    guard let flags = unsafe flags else { return Int(HTTP2Session.fatal) }
    let space = unsafe UnsafeMutableRawBufferPointer(start: target, count: capacity)
    return unsafe HTTP2Session.of(owner) {
      unsafe $0.moveBody(of: StreamID(rawValue: stream), into: space, flags: &flags.pointee)
    }
  }

  /// Unretained, because `deinit` deletes the C session: C cannot outlive its owner.
  /// Nor is it counted: whoever called nghttp2 holds it.
  @inline(__always)
  private static func of<Result>(
    _ owner: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> Result
  ) -> Result {
    // nghttp2 hands back the pointer it was given in `init`, which is never nil.
    unsafe Unmanaged<HTTP2Session>.fromOpaque(owner.unsafelyUnwrapped)
      ._withUnsafeGuaranteedRef(body)
  }

  // MARK: - Header blocks

  private func didBeginHeaders(_ id: StreamID, _ category: nghttp2_headers_category) -> Int32 {
    block.removeAll()
    guard category == NGHTTP2_HCAT_REQUEST else { return Self.success }
    if slotsTaken >= settings.concurrentStreamsMax {
      account.report()
      events.append(
        .fault(HTTP2StreamError(.streamsOverLimit(limit: settings.concurrentStreamsMax), id)))
      return refuse(id, .refusedStream)
    }
    streams.insert(SessionStream(), for: id)
    return Self.success
  }

  private func didReceiveField(
    name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, on id: StreamID
  ) -> Int32 {
    block.count(nameBytes: name.count, valueBytes: value.count)
    if block.count > settings.headerFieldsMax {
      return refuseBlock(id, .headerFieldsOverLimit(limit: settings.headerFieldsMax))
    }
    if block.listBytes > settings.headerListBytesMax {
      return refuseBlock(
        id,
        .headerListOverLimit(bytes: block.listBytes, limit: settings.headerListBytesMax))
    }
    unsafe block.append(name: name, value: value)
    return Self.success
  }

  private func refuseBlock(_ id: StreamID, _ reason: HTTP2StreamError.Reason) -> Int32 {
    account.report()  // Charged as a peer error when the reset is sent.
    _ = streams.update(id) { $0.hasFault = true }
    events.append(.fault(HTTP2StreamError(reason, id)))
    // A client only gives up on its own call; a server tells the peer to stop doing this.
    return refuse(id, role == .client ? .cancel : .enhanceYourCalm)
  }

  private func refuse(_ id: StreamID, _ code: HTTP2ErrorCode) -> Int32 {
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    let result = unsafe nghttp2_submit_rst_stream(library, flags, id.rawValue, code.rawValue)
    return result == 0 ? Self.dropBlock : Self.fatal
  }

  // MARK: - Frames received

  private func didReceive(_ frame: UnsafePointer<nghttp2_frame>) {
    let header = unsafe frame.pointee.hd
    let id = StreamID(rawValue: header.stream_id)
    switch header.type {
    case FrameType.data:
      account.report()
      if header.flags & FrameFlag.endStream != 0 {
        didEndData(id)
      } else if unsafe header.length > 0 && frame.pointee.data.padlen == header.length {
        note { () throws(HTTP2ConnectionError) in try account.chargeOnlyPadding(now: now) }
      }
    case FrameType.headers:
      account.report()
      unsafe didReceiveBlock(
        id, frame.pointee.headers.cat, endStream: header.flags & FrameFlag.endStream != 0)
    case FrameType.windowUpdate:
      account.report()
    case FrameType.resetStream:
      let code = HTTP2ErrorCode(rawValue: unsafe frame.pointee.rst_stream.error_code)
      let isAnnounced = streams.update(id) { stream in
        stream.isResetByOwner = true
        return stream.isAnnounced
      }
      guard let isAnnounced else {
        // nghttp2 also reports a reset of a stream that is long gone, which is an ignored frame. A
        // client tells of it; a server has had its answer.
        if role == .client { events.append(.reset(id, code)) }
        return
      }
      account.report()
      if isAnnounced { events.append(.reset(id, code)) }
    default:
      unsafe didReceiveControl(frame, header)
    }
  }

  private func didReceiveBlock(
    _ id: StreamID, _ category: nghttp2_headers_category, endStream: Bool
  ) {
    _ = streams.update(id) { stream in
      let fields = block.block()
      let meaning = meaning(of: fields, category, on: &stream)
      if meaning == .request {
        stream.isAnnounced = true
        slotsTaken += 1
      }
      events.append(.headers(id, fields, meaning, endStream: endStream))
      if endStream { didEndRemote(id, &stream) }
    }
  }

  /// nghttp2 calls the final head after a 1xx one a plain HEADERS, like trailers.
  private func meaning(
    of fields: HeaderBlock, _ category: nghttp2_headers_category, on stream: inout SessionStream
  ) -> HeaderCategory {
    if category == NGHTTP2_HCAT_REQUEST { return .request }
    if role == .server || stream.hasResponse { return .trailers }
    // nghttp2 lets no head pass whose `:status` is missing or is not three digits.
    if fields.value(of: ":status")?.first == UInt8(ascii: "1") { return .informational }
    stream.hasResponse = true
    return .response
  }

  private func didReceiveData(at address: Int, count: Int, on id: StreamID) {
    receivedDataBytes += count
    let start = address - receivedFrom
    events.append(.data(id, start..<start + count))
  }

  private func didEndData(_ id: StreamID) {
    _ = streams.update(id) { stream in
      events.append(.endStream(id))
      didEndRemote(id, &stream)
    }
  }

  private func didEndRemote(_ id: StreamID, _ stream: inout SessionStream) {
    stream.isRemoteEnded = true
    // The reply is complete, so the rest of the request interests nobody. (gRPC over HTTP/2,
    // early server closure)
    if role == .client && !stream.isLocalEnded { resetForOwner(id, &stream, .noError) }
  }

  private func didReceiveControl(
    _ frame: UnsafePointer<nghttp2_frame>, _ header: nghttp2_frame_hd
  ) {
    let isAcknowledgement = header.flags & FrameFlag.acknowledgement != 0
    switch header.type {
    case FrameType.settings:
      events.append(isAcknowledgement ? .settingsAcknowledged : .settings)
    case FrameType.ping:
      let bytes = unsafe frame.pointee.ping.opaque_data
      let payload = UInt64(bigEndian: unsafe unsafeBitCast(bytes, to: UInt64.self))
      events.append(isAcknowledgement ? .pingAcknowledged(payload) : .ping(payload))
    case FrameType.goAway:
      let (last, code, reason) = unsafe Self.contents(of: frame.pointee.goaway)
      events.append(.goAway(lastStreamID: last, code: code, reason: reason))
    default:
      break
    }
  }

  /// Debug data is anything a peer likes, and ends up in a log: printable ASCII, and not too much.
  private static func contents(
    of frame: nghttp2_goaway
  ) -> (StreamID, HTTP2ErrorCode, String) {
    let count = unsafe min(frame.opaque_data_len, 256)
    let text = unsafe UnsafeBufferPointer(start: frame.opaque_data, count: count)
    let printable = unsafe text.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
    return unsafe (
      StreamID(rawValue: frame.last_stream_id), HTTP2ErrorCode(rawValue: frame.error_code),
      String(decoding: printable, as: UTF8.self)
    )
  }

  private func didClose(_ id: StreamID, _ code: HTTP2ErrorCode) {
    guard let isAnnounced = streams.update(id, { $0.isAnnounced }) else { return }
    streams.discard(id)
    if code == .noError { account.creditCallCompleted() }
    if isAnnounced { events.append(.closed(id, code)) }
  }

  // MARK: - Frames sent

  private func didSend(_ frame: UnsafePointer<nghttp2_frame>) {
    let header = unsafe frame.pointee.hd
    let id = StreamID(rawValue: header.stream_id)
    switch header.type {
    case FrameType.data:
      account.creditDataSent()
      if header.flags & FrameFlag.endStream != 0 { didEndLocal(id) }
    case FrameType.headers:
      account.creditHeadersSent()
      if header.flags & FrameFlag.endStream != 0 { didEndLocal(id) }
    case FrameType.resetStream:
      unsafe didSendReset(id, HTTP2ErrorCode(rawValue: frame.pointee.rst_stream.error_code))
    case FrameType.ping:
      // The answer to it is a PING as well, and no offence.
      if header.flags & FrameFlag.acknowledgement == 0 { account.creditPingSent() }
    case FrameType.goAway:
      let (last, code, reason) = unsafe Self.contents(of: frame.pointee.goaway)
      events.append(.goAwaySent(lastStreamID: last, code: code, reason: reason))
    default:
      break
    }
  }

  private func didEndLocal(_ id: StreamID) {
    _ = streams.update(id) { stream in
      stream.isLocalEnded = true
      if stream.isRemoteEnded { return }  // `.closed` follows at once.
      if stream.isAnnounced { events.append(.endStreamSent(id)) }
      // The reply is complete, so the peer may stop sending. Only now: nghttp2 drops trailers that
      // are queued together with a reset. (gRPC over HTTP/2, early server closure)
      if role == .server { resetForOwner(id, &stream, .noError) }
    }
  }

  private func didSendReset(_ id: StreamID, _ code: HTTP2ErrorCode) {
    account.creditResetSent()
    let known = streams.update(id) { ($0.isResetByOwner, $0.hasFault) }
    let (isOwn, hasFault) = known ?? (false, false)
    if isOwn || code == .refusedStream || code == .noError { return }
    note { () throws(HTTP2ConnectionError) in try account.chargePeerError(now: now) }
    if hasFault { return }  // Told already, with more detail.
    events.append(.fault(HTTP2StreamError(.peerFault(code), id)))
  }

  /// Keeps an error that cannot be thrown through nghttp2.
  private func note(_ charge: () throws(HTTP2ConnectionError) -> Void) {
    do throws(HTTP2ConnectionError) { try charge() } catch { failure = failure ?? error }
  }

  // MARK: - Body

  private func moveBody(
    of id: StreamID, into space: UnsafeMutableRawBufferPointer, flags: inout UInt32
  ) -> Int {
    let moved = streams.update(id) { stream in
      let count = unsafe stream.body.move(into: space)
      if stream.body.unsentBytes > 0 { return count }
      switch stream.body.end {
      case .open:
        if count > 0 { return count }
        stream.isWaitingForBody = true
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
      case .endStream:
        flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        return count
      case .trailers(let fields, let more): headerVector.fill(fields, more)
      case .constantTrailers(let fields): headerVector.fill(fields)
      }
      flags |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
      return submitFilledTrailers(on: id) ? count : Self.streamFailure
    }
    return moved ?? Self.streamFailure
  }

  /// nghttp2 ends the stream, and the connection goes on.
  private static let streamFailure = Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
}
