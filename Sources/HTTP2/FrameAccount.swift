/// Charges the frames of a connection to its ledger, from their headers alone.
final class FrameAccount {
  private(set) var ledger: AbuseLedger
  /// Whether anything was charged since `takeCharged`.
  private var isCharged = false
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
  /// A header block has begun and its last byte has not come.
  private(set) var isHeaderBlockOpen = false
  /// The frame whose payload is still arriving counts as unreported only when it is complete.
  private var current: FrameHeader?

  init(role: HTTP2Role, settings: HTTP2Settings, now: UInt64) {
    self.role = role
    ledger = AbuseLedger(limits: settings.ledger, now: now)
    walker = FrameWalker(role: role)
    continuationsMax = settings.continuationsMax
  }

  /// Charges all frames whose headers end in `bytes`.
  func charge(_ bytes: borrowing RawSpan, now: UInt64) throws(HTTP2ConnectionError) {
    streamsBegunBefore = streamsBegun
    var offset = 0
    var walker = walker  // Walked in a local: a property would be checked for exclusive access.
    defer { self.walker = walker }
    while let header = walker.next(in: bytes, from: &offset) {
      complete()
      current = header
      try charge(header, now: now)
    }
    if walker.isPayloadComplete { complete() }
  }

  /// nghttp2 took notice of a frame that `charge` has counted.
  func report() { unreported -= 1 }

  /// Charges what nghttp2 dropped. Call it when it has taken in all that was walked.
  func settle(now: UInt64) throws(HTTP2ConnectionError) {
    while unreported > 0 {
      unreported -= 1
      try charge(.ignoredFrame, now)
    }
    unreported = 0
  }

  func chargePeerError(now: UInt64) throws(HTTP2ConnectionError) {
    try charge(.peerError, now)
  }

  /// DATA that is all padding is as empty as DATA without payload.
  func chargeOnlyPadding(now: UInt64) throws(HTTP2ConnectionError) {
    try charge(.emptyFrame, now)
  }

  func creditCallCompleted() { ledger.creditCallCompleted() }
  func creditResetSent() { ledger.creditResetSent() }
  func creditPingSent() { ledger.creditHeadersSent() }
  func creditHeadersSent() { ledger.creditHeadersSent() }
  func creditDataSent() { ledger.creditDataSent() }

  /// Charges a copy: the budgets are credited with every frame sent, and a property that is only
  /// read and written, never lent out, is spared the runtime check of exclusive access.
  private func charge(_ rule: AbuseLedger.Rule, _ now: UInt64) throws(HTTP2ConnectionError) {
    var ledger = ledger
    defer { self.ledger = ledger }
    isCharged = true
    try ledger.charge(rule, now: now)
  }

  func takeCharged() -> Bool {
    defer { isCharged = false }
    return isCharged
  }

  private func charge(
    _ header: FrameHeader, now: UInt64
  ) throws(HTTP2ConnectionError) {
    switch header.type {
    case FrameType.data:
      if header.length == 0 && !header.has(FrameFlag.endStream) {
        try charge(.emptyFrame, now)
      }
    case FrameType.headers:
      continuations = 0
      isHeaderBlockOpen = true
      if role == .server { streamsBegun = max(streamsBegun, header.stream) }
    case FrameType.resetStream:
      if role == .server && header.stream > streamsBegunBefore {
        try charge(.instantReset, now)
      }
    case FrameType.continuation:
      try chargeContinuation(header, now: now)
    case FrameType.windowUpdate:
      try charge(.windowUpdate, now)
    case FrameType.settings:
      try charge(.control, now)
    case FrameType.ping:
      try charge(.ping, now)
    case FrameType.goAway, FrameType.pushPromise:
      break  // nghttp2 ends the connection, or the peer does.
    default:
      try charge(.ignoredFrame, now)
    }
  }

  private func chargeContinuation(
    _ header: FrameHeader, now: UInt64
  ) throws(HTTP2ConnectionError) {
    continuations += 1
    if continuations > continuationsMax {
      throw HTTP2ConnectionError(.continuationsOverLimit(limit: continuationsMax))
    }
    if header.length == 0 { try charge(.emptyFrame, now) }
  }

  /// The current frame is all there. A header block counts once, with the frame that ends it.
  private func complete() {
    guard let header = current else { return }
    current = nil
    switch header.type {
    case FrameType.data, FrameType.resetStream, FrameType.windowUpdate:
      unreported += 1
    case FrameType.headers, FrameType.continuation:
      if header.has(FrameFlag.endHeaders) {
        unreported += 1
        isHeaderBlockOpen = false
      }
    default:
      break
    }
  }
}
