internal import NIOCore
internal import NIOHTTP1

/// One request over HTTP/1.1 and the reply to it, with the times of both.
///
///     unsent ──leave──▶ sent ──first part──▶ replying ──end──▶ an answer
struct RESTExchange {
  let slot: Int
  private let request: RESTRequest
  private var reading: RESTReplyReading
  private var times = WireTimes(at: 0, end: 0)
  private(set) var hasLeft = false
  private var hasFirstByte = false

  init(slot: Int, kind: RequestKind, _ request: RESTRequest, keepsMessage: Bool) {
    self.slot = slot
    self.request = request
    reading = RESTReplyReading(kind, keepsMessage: keepsMessage)
  }

  /// The request goes to the socket now; nil when it has gone already.
  mutating func leave(at now: UInt64) -> RESTRequest? {
    guard !hasLeft else { return nil }
    hasLeft = true
    times = WireTimes(at: now, end: now)
    return request
  }

  /// - Returns: the answer when this part was the last.
  mutating func receive(_ part: HTTPClientResponsePart, at now: UInt64) -> LoadReply.Ending? {
    if !hasFirstByte {
      hasFirstByte = true
      times.firstByte = now
    }
    times.end = now
    switch part {
    case .head(let head): reading.receive(head)
    case .body(let bytes): reading.receive(bytes)
    case .end: return .answer(reading.finished())
    }
    return nil
  }

  /// Whether the connection can carry another request.
  var keepsAlive: Bool { reading.keepsAlive }

  /// The times of what has ended; nil when it never left.
  var wire: WireTimes? { hasLeft ? times : nil }

  /// The times of what ends now without an answer.
  func wire(endingAt now: UInt64) -> WireTimes? {
    guard hasLeft else { return nil }
    var times = times
    times.end = now
    if !hasFirstByte { times.firstByte = now }
    return times
  }
}
