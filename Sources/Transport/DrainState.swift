/// How a server's connection comes to its end without refusing a call that was under way to it.
///
///     serving ──begin──▶ announced ──PING answered, or 5 s──▶ closing ──last call──▶ closed
///                GOAWAY(2³¹−1), PING           GOAWAY(last stream taken)
///
/// A call that the peer sent before it read the first GOAWAY arrives before the answer to the PING,
/// and is served. (RFC 9113 §6.8)
struct DrainState: Equatable {
  enum Phase: Equatable {
    case serving
    case announced
    case closing
  }

  /// Why, as both GOAWAYs say it.
  enum Reason: Equatable {
    case shutdown, idle, age

    var text: StaticString {
      switch self {
      case .shutdown: "shutdown"
      case .idle: "max_idle"
      case .age: "max_age"
      }
    }
  }

  private(set) var phase = Phase.serving
  private(set) var reason = Reason.shutdown

  /// "orderly" and a zero: told apart from other PINGs in a capture.
  static let pingPayload: UInt64 = 0x6f72_6465_726c_7900

  /// - Returns: whether to announce the end: it was not announced before.
  mutating func begin(_ reason: Reason) -> Bool {
    guard phase == .serving else { return false }
    phase = .announced
    self.reason = reason
    return true
  }

  /// - Returns: whether to send the second GOAWAY.
  mutating func pingAcknowledged(_ payload: UInt64) -> Bool {
    payload == Self.pingPayload && close()
  }

  /// Five seconds were enough for a peer that answers PINGs.
  /// - Returns: whether to send the second GOAWAY.
  mutating func close() -> Bool {
    guard phase == .announced else { return false }
    phase = .closing
    return true
  }
}
