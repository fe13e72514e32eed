/// A connection's account of frames that cost work and bring none. Each rule has a budget; the
/// frame that finds it empty ends the connection.
///
/// An honest peer meets none of these: budgets are refilled by time and by useful work.
public struct AbuseLedger: Sendable {
  /// What is charged. The raw value is what GOAWAY says after "flood: ".
  public enum Rule: String, Sendable, CaseIterable {
    /// RST_STREAM in the same read as the HEADERS of its stream. (CVE-2023-44487)
    case instantReset = "instant reset"
    /// A stream that this side had to reset for a fault of the peer. (CVE-2025-8671)
    case peerError = "peer error"
    /// DATA without payload or END_STREAM, and empty CONTINUATION. (CVE-2019-9518)
    case emptyFrame = "empty frame"
    /// An unknown type, PRIORITY, or a frame of a stream that is closed. (CVE-2019-9513)
    case ignoredFrame = "ignored frame"
    /// SETTINGS. (CVE-2019-9515)
    case control = "control"
    /// PING. Peers that measure the path send one for each batch of data they read, so what this
    /// side sends refills the budget. (CVE-2019-9512)
    case ping = "ping"
    /// WINDOW_UPDATE. (CVE-2019-9517)
    case windowUpdate = "window update"
  }

  /// How much of something is free: `burst` at once, then `refillPerSecond`.
  public struct Allowance: Sendable, Equatable {
    public var burst: UInt32
    public var refillPerSecond: UInt32

    public init(burst: UInt32, refillPerSecond: UInt32) {
      self.burst = burst
      self.refillPerSecond = refillPerSecond
    }
  }

  public struct Limits: Sendable, Equatable {
    public var instantReset = Allowance(burst: 20_000, refillPerSecond: 1000)
    /// Instant resets forgiven for each call that ran to its end.
    public var instantResetsPerCall: UInt32 = 1
    public var peerError = Allowance(burst: 200, refillPerSecond: 5)
    public var emptyFrame = Allowance(burst: 100, refillPerSecond: 10)
    public var ignoredFrame = Allowance(burst: 10_000, refillPerSecond: 1000)
    /// Frames that may be under way to a stream which this side closed first.
    public var ignoredFramesPerReset: UInt32 = 16
    public var control = Allowance(burst: 100, refillPerSecond: 1)
    public var ping = Allowance(burst: 100, refillPerSecond: 1)
    /// PINGs that each HEADERS or DATA frame of this side allows the peer.
    public var pingsPerFrameSent: UInt32 = 1
    public var windowUpdate = Allowance(burst: 1000, refillPerSecond: 0)
    /// WINDOW_UPDATEs that each DATA frame of this side allows the peer.
    public var windowUpdatesPerDataSent: UInt32 = 10

    public init() {}

    func allowance(for rule: Rule) -> Allowance {
      switch rule {
      case .instantReset: instantReset
      case .peerError: peerError
      case .emptyFrame: emptyFrame
      case .ignoredFrame: ignoredFrame
      case .control: control
      case .ping: ping
      case .windowUpdate: windowUpdate
      }
    }
  }

  public let limits: Limits
  private var instantReset: TokenBucket
  private var peerError: TokenBucket
  private var emptyFrame: TokenBucket
  private var ignoredFrame: TokenBucket
  private var control: TokenBucket
  private var ping: TokenBucket
  private var windowUpdate: TokenBucket

  public init(limits: Limits, now: UInt64) {
    self.limits = limits
    instantReset = TokenBucket(limits.instantReset, now: now)
    peerError = TokenBucket(limits.peerError, now: now)
    emptyFrame = TokenBucket(limits.emptyFrame, now: now)
    ignoredFrame = TokenBucket(limits.ignoredFrame, now: now)
    control = TokenBucket(limits.control, now: now)
    ping = TokenBucket(limits.ping, now: now)
    windowUpdate = TokenBucket(limits.windowUpdate, now: now)
  }

  /// Charges one frame. An error means the budget was empty and the connection has to end.
  public mutating func charge(_ rule: Rule, now: UInt64) throws(HTTP2ConnectionError) {
    let paid =
      switch rule {
      case .instantReset: instantReset.spend(now: now)
      case .peerError: peerError.spend(now: now)
      case .emptyFrame: emptyFrame.spend(now: now)
      case .ignoredFrame: ignoredFrame.spend(now: now)
      case .control: control.spend(now: now)
      case .ping: ping.spend(now: now)
      case .windowUpdate: windowUpdate.spend(now: now)
      }
    if !paid { throw HTTP2ConnectionError(.flood(rule)) }
  }

  /// Whole tokens left of a rule's budget when it was last charged or credited.
  public func tokens(of rule: Rule) -> UInt64 {
    switch rule {
    case .instantReset: instantReset.tokens
    case .peerError: peerError.tokens
    case .emptyFrame: emptyFrame.tokens
    case .ignoredFrame: ignoredFrame.tokens
    case .control: control.tokens
    case .ping: ping.tokens
    case .windowUpdate: windowUpdate.tokens
    }
  }

  /// A stream ended without error on either side.
  @inline(__always) public mutating func creditCallCompleted() {
    instantReset.credit(limits.instantResetsPerCall)
  }

  /// This side reset a stream, so frames that were under way to it are no fault of the peer.
  @inline(__always) public mutating func creditResetSent() {
    ignoredFrame.credit(limits.ignoredFramesPerReset)
  }

  @inline(__always) public mutating func creditHeadersSent() {
    ping.credit(limits.pingsPerFrameSent)
  }

  @inline(__always) public mutating func creditDataSent() {
    ping.credit(limits.pingsPerFrameSent)
    windowUpdate.credit(limits.windowUpdatesPerDataSent)
  }
}
