/// Decides, for one connection, what becomes of the parts of each request.
///
/// ```
///          head                 end
///   idle ────────► receiving ────────► answering ──► idle
///                      │                   │
///                      ▼ refused early     ▼ last answer
///                   finished ◄─────────────┘
/// ```
///
/// A refused request is read to its end before it is answered, so that the connection can be used
/// again, unless the client waits for leave to send the body or the body is longer than allowed:
/// then the answer goes out at once and is the connection's last.
struct RequestReading: Sendable {
  enum State: Equatable, Sendable {
    case idle
    /// Body bytes so far; nil when they are thrown away because the head is refused.
    case receiving(body: [UInt8]?, count: Int)
    case answering
    /// The last answer is on its way; whatever else arrives is thrown away.
    case finished
  }

  enum Action: Equatable, Sendable {
    case none
    case sendContinue
    /// Answer with the refusal of the head, now, as the last answer.
    case refuse
    /// The body passed its limit: refuse now, as the last answer.
    case refuseBody
    /// The request is complete. Nil stands for a body that was thrown away.
    case respond([UInt8]?)
    /// The client is gone in the middle of a request, or between two.
    case close
    /// The client is gone while its request is being answered.
    case cancel
  }

  private(set) var state = State.idle
  private let bodyMax: Int

  init(bodyMax: Int) {
    self.bodyMax = bodyMax
  }

  /// - Parameter length: The announced length of the body, nil when it is not known or none.
  mutating func head(isRefused: Bool, expectsContinue: Bool, length: Int?) -> Action {
    guard state == .idle else { return .none }
    let isTooLong = (length ?? 0) > bodyMax
    guard isRefused || isTooLong else {
      state = .receiving(body: [], count: 0)
      return expectsContinue ? .sendContinue : .none
    }
    guard expectsContinue || isTooLong else {
      state = .receiving(body: nil, count: 0)
      return .none
    }
    state = .finished
    return isRefused ? .refuse : .refuseBody
  }

  mutating func body(_ bytes: some Collection<UInt8>) -> Action {
    guard case .receiving(var body, let count) = state else { return .none }
    // The state must not keep a second reference while bytes are added: that would copy the body.
    state = .idle
    let isKept = body != nil
    guard bytes.count <= bodyMax - count else {
      state = .finished
      return isKept ? .refuseBody : .refuse
    }
    body?.append(contentsOf: bytes)
    state = .receiving(body: body, count: count + bytes.count)
    return .none
  }

  mutating func end() -> Action {
    guard case .receiving(let body, _) = state else { return .none }
    state = .answering
    return .respond(body)
  }

  /// The answer is about to be written. Says whether it is the last one, given that somebody
  /// (`closes`) wants it to be.
  mutating func answered(closes: Bool) -> Bool {
    guard state == .answering, !closes else {
      state = .finished
      return true
    }
    state = .idle
    return false
  }

  /// The client sends no more, or what it sent is no HTTP.
  mutating func inputEnded() -> Action {
    switch state {
    case .idle, .receiving, .finished:
      state = .finished
      return .close
    case .answering: return .cancel
    }
  }

  /// What arrived cannot be read as HTTP. Says whether that can still be answered.
  mutating func malformed() -> Bool {
    switch state {
    case .idle, .receiving:
      state = .finished
      return true
    case .answering, .finished: return false
    }
  }

  /// The body took too long. Says whether it was still being received.
  mutating func timedOut() -> Bool {
    guard case .receiving = state else { return false }
    state = .finished
    return true
  }
}
