/// Messages of one stream on their way to the connection, and how much of them the peer's window
/// still holds back.
///
///     open ──finish──▶ finished
///       └───close───▶ closed: every write, waiting or new, throws why
struct OutboxState {
  enum End {
    case open
    case finished
    case closed(RPCError)
  }

  private let unsentBytesMax: Int
  private(set) var end = End.open
  private var queued: [[UInt8]] = []
  private var queuedBytes = 0
  /// Handed to the session, not yet in a frame.
  private var submittedBytes = 0
  private var isWakeScheduled = false
  private var wantsHead = false

  init(unsentBytesMax: Int) {
    self.unsentBytesMax = unsentBytesMax
  }

  /// Whether a writer has to wait before it may go on.
  var isFull: Bool {
    if case .open = end { queuedBytes + submittedBytes > unsentBytesMax } else { false }
  }

  /// Why nothing can be written any more; nil while it can.
  var refusal: RPCError? {
    switch end {
    case .open: nil
    case .finished: RPCError(.internalError, "written to a stream that was finished")
    case .closed(let error): error
    }
  }

  /// - Returns: whether the connection has to be told; it is told once for all that is queued.
  mutating func write(_ sealed: [UInt8]) throws(RPCError) -> Bool {
    if let refusal { throw refusal }
    queued.append(sealed)
    queuedBytes += sealed.count
    return scheduleWake()
  }

  /// Asks for the reply's header block ahead of its first message.
  /// - Returns: whether the connection has to be told.
  mutating func sendHead() throws(RPCError) -> Bool {
    if let refusal { throw refusal }
    wantsHead = true
    return scheduleWake()
  }

  /// - Returns: whether the connection has to be told.
  mutating func finish() -> Bool {
    guard case .open = end else { return false }
    end = .finished
    return scheduleWake()
  }

  mutating func close(_ error: RPCError) {
    guard case .open = end else { return }
    end = .closed(error)
    queued = []
    queuedBytes = 0
  }

  /// Everything to hand to the session.
  mutating func take() -> OutboxContents {
    isWakeScheduled = false
    submittedBytes += queuedBytes
    var contents = OutboxContents(messages: queued, wantsHead: wantsHead)
    if case .finished = end { contents.isFinished = true }
    queued = []
    queuedBytes = 0
    wantsHead = false
    return contents
  }

  mutating func unsent(_ byteCount: Int) { submittedBytes = byteCount }

  private mutating func scheduleWake() -> Bool {
    defer { isWakeScheduled = true }
    return !isWakeScheduled
  }
}
