internal import CNghttp2

/// nghttp2 and our rules: bytes and the time go in, events and bytes come out. It has no socket, no
/// clock and no task, and lives on one event loop.
///
/// A turn of the owner is always the same:
/// 1. `receive` the bytes that were read;
/// 2. take events with `nextEvent` until there are none, submitting replies meanwhile;
/// 3. `drain` once into the buffer that one socket write sends;
/// 4. take events again, for draining closes streams.
///
/// When `receive` or `drain` throws, the connection is over: drain once more (a last GOAWAY comes),
/// write that, end all calls and close.
///
/// Times are nanoseconds of any clock that never runs backwards.
@safe public final class HTTP2Session {
  public let role: HTTP2Role
  public let settings: HTTP2Settings

  /// nghttp2's session, alive as long as this object.
  let library: OpaquePointer
  /// What `library` lives in; it goes after it.
  private let memory = LibraryMemory()
  let streams = StreamTable<SessionStream>()
  let headerVector = HeaderVector()

  // What entry points write while nghttp2 runs.
  let events = EventQueue()
  let account: FrameAccount
  let block = HeaderBlockBuilder()
  var now: UInt64
  /// Where the bytes of the present `receive` begin, as an address to subtract.
  var receivedFrom = 0
  /// DATA of the present `receive`, to be given back to the connection's window.
  var receivedDataBytes = 0
  /// Server: streams announced and not released. (`releaseSlot`)
  var slotsTaken: UInt32 = 0
  /// True while nghttp2 is on the stack. Re-entering it corrupts it.
  private(set) var isInsideLibrary = false

  /// A failure found where nothing can be thrown; the running `receive` or `drain` throws it.
  var failure: HTTP2ConnectionError?
  private var hasFailed = false
  private var isTerminated = false
  /// Frames that nghttp2 cannot make, to be sent between two of its own.
  private var handwritten: [UInt8] = []

  /// Submits SETTINGS (and the client's preface), so `drain` has something to send at once.
  public init(
    role: HTTP2Role, settings: HTTP2Settings, now: UInt64
  ) throws(HTTP2ConnectionError) {
    self.role = role
    self.settings = settings
    self.now = now
    account = FrameAccount(role: role, settings: settings, now: now)
    unsafe library = try Self.makeLibrarySession(
      role: role, settings: settings, memory: memory)
    unsafe nghttp2_session_set_user_data(library, Unmanaged.passUnretained(self).toOpaque())
    try submitSettings()
  }

  deinit {
    unsafe nghttp2_session_del(library)
  }

  /// Takes bytes read from the socket. Ranges in `.data` events point into `bytes`, so take the
  /// events while `bytes` is alive and before the next `receive`.
  public func receive(_ bytes: RawSpan, now: UInt64) throws(HTTP2ConnectionError) {
    var offset = 0
    try receive(bytes, from: &offset, atMost: .max, now: now)
  }

  /// Takes a part of the bytes of one read, the first when `offset` is 0, which moves behind what
  /// was taken. What a small part leads to, and is over before the next, stays in the processor's
  /// caches and in the allocator's. Ranges in `.data` events point into the whole of `bytes`.
  public func receive(
    _ bytes: RawSpan, from offset: inout Int, atMost count: Int, now: UInt64
  ) throws(HTTP2ConnectionError) {
    try checkNotReentered()
    let part = offset..<offset + min(count, bytes.byteCount - offset)
    let isFirst = offset == 0
    offset = part.upperBound
    if isTerminated { return }  // The end is announced; what the peer still says changes nothing.
    if hasFailed { throw HTTP2ConnectionError(.alreadyFailed) }
    assert(events.isEmpty, "events of the read before are still there")
    self.now = now
    do throws(HTTP2ConnectionError) {
      // Before anything is served: whoever floods in this read is sent away for it at once.
      if isFirst { try account.charge(bytes, now: now) }
      try feedLibrary(bytes, part)
      if offset == bytes.byteCount, nghttp2SaysOpen { try account.settle(now: now) }
    } catch {
      fail(error)
      throw error
    }
  }

  /// Takes bytes that are in an array.
  public func receive(_ bytes: [UInt8], now: UInt64) throws(HTTP2ConnectionError) {
    unsafe try receive(bytes.span.bytes, now: now)
  }

  private func feedLibrary(
    _ bytes: RawSpan, _ part: Range<Int>
  ) throws(HTTP2ConnectionError) {
    isInsideLibrary = true
    let taken = unsafe bytes.withUnsafeBytes { buffer in
      receivedFrom = Int(bitPattern: buffer.baseAddress)
      let start = unsafe buffer.baseAddress.map { unsafe $0 + part.lowerBound }
      return unsafe nghttp2_session_mem_recv(
        library, start?.assumingMemoryBound(to: UInt8.self), part.count)
    }
    isInsideLibrary = false
    if let failure { throw failure }
    if taken < 0 { throw connectionError(code: taken) }
    if receivedDataBytes > 0 {
      let code = unsafe nghttp2_session_consume_connection(library, receivedDataBytes)
      receivedDataBytes = 0
      if code != 0 { throw connectionError(code: Int(code)) }
    }
  }

  /// The next recorded event, or nil.
  public func nextEvent() -> HTTP2Event? { events.next() }

  /// Whether the next event is the end of `stream`, so that the DATA just taken was its last.
  public func isEndNext(of stream: StreamID) -> Bool { events.isEndNext(of: stream) }

  /// Hands what can be sent now to `write`, frame by frame, until that is all or `bytesMax` are
  /// reached. Peers may open their windows as wide as they like: without a bound one drain could
  /// copy every body that is queued.
  public func drain(
    bytesMax: Int = .max, _ write: (RawSpan) -> Void
  ) throws(HTTP2ConnectionError) {
    try checkNotReentered()
    if !hasFailed {
      do throws(HTTP2ConnectionError) {
        try drainLibrary(bytesMax, write)
      } catch {
        fail(error)
        throw error
      }
    }
    if !handwritten.isEmpty {
      unsafe write(handwritten.span.bytes)
      handwritten.removeAll()
    }
    if isTerminated { hasFailed = true }  // Nothing may follow a last GOAWAY.
  }

  private func drainLibrary(
    _ bytesMax: Int, _ write: (RawSpan) -> Void
  ) throws(HTTP2ConnectionError) {
    isInsideLibrary = true
    defer { isInsideLibrary = false }
    var total = 0
    while total < bytesMax {
      var start: UnsafePointer<UInt8>?
      let count = unsafe nghttp2_session_mem_send(library, &start)
      if let failure { throw failure }
      if count < 0 { throw connectionError(code: count) }
      guard count > 0, let start = unsafe start else { return }
      total += count
      unsafe write(UnsafeRawBufferPointer(start: start, count: count).bytes)
    }
  }

  /// Appends everything that can be sent now to `output`.
  public func drain(into output: inout [UInt8]) throws(HTTP2ConnectionError) {
    try drain { bytes in
      unsafe bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
    }
  }

  /// False once both sides have no more to say: close the socket after the last write.
  public var isOpen: Bool {
    if hasFailed || isTerminated { return !handwritten.isEmpty }
    return nghttp2SaysOpen
  }

  private var nghttp2SaysOpen: Bool {
    unsafe nghttp2_session_want_read(library) != 0 || nghttp2_session_want_write(library) != 0
  }

  /// Whether `drain` has something to hand out.
  public var wantsWrite: Bool {
    if !handwritten.isEmpty { return true }
    return unsafe !hasFailed && nghttp2_session_want_write(library) != 0
  }

  /// Whether a header block of the peer has begun and not ended.
  public var isHeaderBlockOpen: Bool { account.isHeaderBlockOpen }

  /// The peer's budgets, if anything was charged since they were last asked for.
  public func takeChargedLedger() -> AbuseLedger? { account.takeCharged() ? account.ledger : nil }

  /// Frames waiting for `drain`.
  public var outboundQueueCount: Int {
    unsafe Int(clamping: nghttp2_session_get_outbound_queue_size(library))
  }

  /// Streams open right now.
  public var openStreams: Int { streams.count }

  /// How many more streams a client can open now without queueing behind the peer's limit.
  public var availableStreams: Int {
    max(0, Int(peerConcurrentStreamsMax) - streams.count)
  }

  /// The peer's limit on concurrent streams; 100 until its SETTINGS came. (RFC 9113 §6.5.2)
  public var peerConcurrentStreamsMax: UInt32 {
    unsafe nghttp2_session_get_remote_settings(
      library, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
  }

  /// What the peer takes in one header block, as `HeaderField.listBytes` counts; everything until
  /// its SETTINGS came. (RFC 9113 §6.5.2)
  public var peerHeaderListBytesMax: Int {
    unsafe Int(
      nghttp2_session_get_remote_settings(library, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE))
  }

  /// Gives back memory that was kept for streams to come. For a connection that rests.
  public func trimMemory() {
    guard streams.count == 0, !isInsideLibrary else { return }
    memory.trim()
  }

  // MARK: - The end

  private func checkNotReentered() throws(HTTP2ConnectionError) {
    if isInsideLibrary { throw HTTP2ConnectionError(.reentered) }
  }

  /// nghttp2 has no GOAWAY to send after some of its own errors, and none with a reason, so the
  /// last one is made by hand. It stands between two frames: `drain` sends whole ones.
  private func fail(_ error: HTTP2ConnectionError) {
    hasFailed = true
    failure = nil
    appendGoAway(error.code, reason: Array(error.reasonText.utf8), last: lastStreamTaken)
  }

  /// Ends the connection: GOAWAY leaves with the next drain, then `isOpen` is false.
  public func terminate(_ code: HTTP2ErrorCode, reason: StaticString) {
    if hasFailed || isTerminated { return }
    isTerminated = true
    appendGoAway(code, reason: Array(reason.description.utf8), last: lastStreamTaken)
  }

  /// Announces a coming end without refusing anything yet: GOAWAY(2^31−1, NO_ERROR). By hand,
  /// because nghttp2's own notice carries no reason. (RFC 9113 §6.8)
  public func announceGoAway(reason: StaticString) {
    if hasFailed || isTerminated { return }
    appendGoAway(
      .noError, reason: Array(reason.description.utf8), last: StreamID(rawValue: .max))
  }

  /// The highest stream of the peer that was or may be worked on.
  var lastStreamTaken: StreamID {
    unsafe StreamID(rawValue: nghttp2_session_get_last_proc_stream_id(library))
  }

  private func appendGoAway(_ code: HTTP2ErrorCode, reason: [UInt8], last: StreamID) {
    func append(_ number: UInt32) {
      for shift in [24, 16, 8, 0] as [UInt32] {
        handwritten.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    // Type and flags complete the first word and a byte of the frame header.
    append(UInt32(truncatingIfNeeded: 8 + reason.count) << 8 | UInt32(FrameType.goAway))
    handwritten.append(0)
    append(0)
    append(UInt32(bitPattern: last.rawValue))
    append(code.rawValue)
    handwritten.append(contentsOf: reason)
    events.append(
      .goAwaySent(lastStreamID: last, code: code, reason: String(decoding: reason, as: UTF8.self)))
  }

  private func connectionError(code: Int) -> HTTP2ConnectionError {
    switch LibraryFailure(code: Int32(clamping: code)) {
    case .badClientMagic: HTTP2ConnectionError(.badPreface)
    case .flooded:
      HTTP2ConnectionError(
        .acknowledgementsOverLimit(limit: settings.acknowledgementsUnsentMax))
    case .tooManyContinuations:
      HTTP2ConnectionError(.continuationsOverLimit(limit: settings.continuationsMax))
    case let other: HTTP2ConnectionError(.library(other))
    }
  }
}
