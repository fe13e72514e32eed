/// Charges the frames of a connection to its ledger, from their headers alone.
struct FrameAccount: Sendable {
  private(set) var ledger: AbuseLedger
  private var walker: FrameWalker
  private let role: HTTP2Role
  private let continuationsMax: Int
  /// CONTINUATION frames of the header block that is under way.
  private var continuations = 0
  /// The highest stream a peer began, now and when this read began.
  private var streamsBegun = StreamID(rawValue: 0)
  private var streamsBegunBefore = StreamID(rawValue: 0)
  /// Frames seen that nghttp2 may drop without a word, less those that it reported.
  ///
  ///     walked: DATA, HEADERS, RST_STREAM, WINDOW_UPDATE  −  reported by entry points  =  ignored
  private var unreported = 0
  /// The frame whose payload is still arriving counts as unreported only when it is complete.
  private var current: FrameHeader?

  init(role: HTTP2Role, settings: HTTP2Settings, now: UInt64) {
    self.role = role
    ledger = AbuseLedger(limits: settings.ledger, now: now)
    walker = FrameWalker(role: role)
    continuationsMax = settings.continuationsMax
  }

  /// Charges all frames whose headers end in `bytes`.
  mutating func charge(_ bytes: borrowing RawSpan, now: UInt64) throws(HTTP2ConnectionError) {
    streamsBegunBefore = streamsBegun
    var offset = 0
    while let header = walker.next(in: bytes, from: &offset) {
      complete()
      current = header
      try charge(header, now: now)
    }
    if walker.isPayloadComplete { complete() }
  }

  /// nghttp2 took notice of a frame that `charge` has counted.
  mutating func report() { unreported -= 1 }

  /// Charges what nghttp2 dropped. Call it when it has taken in all that was walked.
  mutating func settle(now: UInt64) throws(HTTP2ConnectionError) {
    while unreported > 0 {
      unreported -= 1
      try ledger.charge(.ignoredFrame, now: now)
    }
    unreported = 0
  }

  mutating func chargePeerError(now: UInt64) throws(HTTP2ConnectionError) {
    try ledger.charge(.peerError, now: now)
  }

  mutating func creditCallCompleted() { ledger.creditCallCompleted() }
  mutating func creditResetSent() { ledger.creditResetSent() }
  mutating func creditHeadersSent() { ledger.creditHeadersSent() }
  mutating func creditDataSent() { ledger.creditDataSent() }

  private mutating func charge(
    _ header: FrameHeader, now: UInt64
  ) throws(HTTP2ConnectionError) {
    switch header.type {
    case FrameType.data:
      if header.length == 0 && !header.has(FrameFlag.endStream) {
        try ledger.charge(.emptyFrame, now: now)
      }
    case FrameType.headers:
      continuations = 0
      if role == .server { streamsBegun = max(streamsBegun, header.stream) }
    case FrameType.resetStream:
      if role == .server && header.stream > streamsBegunBefore {
        try ledger.charge(.instantReset, now: now)
      }
    case FrameType.continuation:
      try chargeContinuation(header, now: now)
    case FrameType.windowUpdate:
      try ledger.charge(.windowUpdate, now: now)
    case FrameType.settings:
      try ledger.charge(.control, now: now)
    case FrameType.ping:
      try ledger.charge(.ping, now: now)
    case FrameType.goAway, FrameType.pushPromise:
      break  // nghttp2 ends the connection, or the peer does.
    default:
      try ledger.charge(.ignoredFrame, now: now)
    }
  }

  private mutating func chargeContinuation(
    _ header: FrameHeader, now: UInt64
  ) throws(HTTP2ConnectionError) {
    continuations += 1
    if continuations > continuationsMax {
      throw HTTP2ConnectionError(.continuationsOverLimit(limit: continuationsMax))
    }
    if header.length == 0 { try ledger.charge(.emptyFrame, now: now) }
  }

  /// The current frame is all there. A header block counts once, with the frame that ends it.
  private mutating func complete() {
    guard let header = current else { return }
    current = nil
    switch header.type {
    case FrameType.data, FrameType.resetStream, FrameType.windowUpdate:
      unreported += 1
    case FrameType.headers, FrameType.continuation:
      if header.has(FrameFlag.endHeaders) { unreported += 1 }
    default:
      break
    }
  }
}
