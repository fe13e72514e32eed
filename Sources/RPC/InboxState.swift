/// Messages of one stream that have come and were not yet taken, and the window they hold back.
///
///     open ──complete──▶ complete ──last message taken──▶ the reader sees the end
///       └───fail───▶ failed ──last message taken──▶ the reader sees the error
///
/// Bytes that arrive while nothing waits to be taken are given back to the stream's window at once,
/// because they may be the beginning of a message larger than the window. Bytes that arrive behind
/// an untaken message are owed until the reader has caught up: that is what slows the peer down.
struct InboxState {
  enum End {
    case open
    case complete
    case failed(RPCError)
  }

  enum Take {
    case message([UInt8], creditBytes: Int)
    case end
    case failed(RPCError)
    /// Nothing has come yet.
    case wait
  }

  private var end = End.open
  private var messages: [(bytes: [UInt8], isCompressed: Bool)] = []
  /// Where in `messages` the next one is: taking from the front would move all others.
  private var first = 0
  private var owedBytes = 0
  /// Whether the message taken last came compressed.
  private(set) var isLastCompressed = false

  var isOpen: Bool {
    if case .open = end { true } else { false }
  }

  mutating func add(_ message: [UInt8], isCompressed: Bool = false) {
    guard isOpen else { return }
    messages.append((message, isCompressed))
  }

  /// - Returns: how many bytes of the window to give back now.
  mutating func received(_ byteCount: Int) -> Int {
    // Once nobody reads, holding the window back would only keep the peer from ending its stream.
    guard isOpen else { return byteCount }
    owedBytes += byteCount
    return first == messages.count ? takeOwed() : 0
  }

  mutating func take() -> Take {
    guard first < messages.count else {
      switch end {
      case .open: return .wait
      case .complete: return .end
      case .failed(let error): return .failed(error)
      }
    }
    let message = messages[first].bytes
    isLastCompressed = messages[first].isCompressed
    messages[first].bytes = []
    first += 1
    guard first == messages.count else { return .message(message, creditBytes: 0) }
    messages.removeAll(keepingCapacity: true)
    first = 0
    return .message(message, creditBytes: takeOwed())
  }

  /// The first end stands.
  mutating func finish(_ error: RPCError?) {
    guard isOpen else { return }
    end = error.map { .failed($0) } ?? .complete
  }

  private mutating func takeOwed() -> Int {
    defer { owedBytes = 0 }
    return owedBytes
  }
}
