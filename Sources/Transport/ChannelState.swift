public import RPC

/// The states of a client's channel, and what each event asks of its owner.
///
///             call                connected, SETTINGS read
///     idle ─────────▶ connecting ─────────────────────────▶ ready
///      ▲                │    ▲                                │
///      │                │    └────────── backoff over ──┐     │ connection lost, GOAWAY
///      │   all failed   ▼                               │     │
///      │            transientFailure ───────────────────┘     │
///      └──────────────────────────────────────────────────────┘
///     any ── shutdown ──▶ shutdown
///
/// Calls wait in idle and connecting; in transientFailure and shutdown they fail at once. The
/// channel goes on connecting for ever, and stays in transientFailure until it is ready.
/// (gRPC connectivity-semantics-and-api.md; gRFC A62)
public struct ChannelState {
  public enum State: Equatable, Sendable {
    case idle, connecting, ready
    case transientFailure(RPCError)
    case shutdown
  }

  enum CallAction: Equatable {
    case send
    case wait
    /// Wait, and begin to connect to the address of this index.
    case waitAndConnect(Int)
    case fail(RPCError)
  }

  enum FailureAction: Equatable {
    case connect(Int)
    /// Fail what waits, and connect to the first address after the gap.
    case backOff(RPCError, Duration)
    case nothing
  }

  private(set) var state = State.idle
  private let addresses: Int
  private var next = 0
  private var backoff: Backoff

  init(addresses: Int, backoff: Backoff.Settings) {
    self.addresses = addresses
    self.backoff = Backoff(backoff)
  }

  static let shutdownError = RPCError(
    .unavailable, "the client has been shut down", isRetrySafe: true)

  mutating func call() -> CallAction {
    switch state {
    case .idle:
      state = .connecting
      next = 0
      return .waitAndConnect(0)
    case .connecting: return .wait
    case .ready: return .send
    case .transientFailure(let error): return .fail(error)
    case .shutdown: return .fail(Self.shutdownError)
    }
  }

  /// The server's SETTINGS have been read.
  mutating func connected() {
    guard state != .shutdown else { return }
    state = .ready
    backoff.reset()
  }

  /// An attempt has ended before SETTINGS were read.
  /// - Parameters:
  ///   - error: names the address and the cause.
  ///   - random: from -1 to 1.
  mutating func connectFailed(_ error: RPCError, random: Double) -> FailureAction {
    guard state != .shutdown else { return .nothing }
    next += 1
    if next < addresses { return .connect(next) }
    next = 0
    state = .transientFailure(error)
    return .backOff(error, backoff.next(random: random))
  }

  /// The gap is over.
  /// - Returns: whether to connect, from the first address on.
  func backoffElapsed() -> Bool {
    if case .transientFailure = state { return true }
    return false
  }

  /// The connection that was ready takes no more calls.
  mutating func connectionLost() {
    if state == .ready { state = .idle }
  }

  mutating func shutdown() {
    state = .shutdown
  }
}
