/// Whether this process is the only one that writes, and may therefore answer from its memory.
///
///     watching ──5 s without a new position──▶ claim ──committed──▶ owner ◀─┐ own row, at least
///        ▲                                                            │ └───┘ one a second
///        └──────────── another's row, in doubt, given up ─────────────┘
///
/// An owner may answer from memory until 3 s after it began its last row that was committed.
/// Another claims only when it has seen that row stand as the last for 5 s, which is later, on
/// whichever clock: every process counts on its own monotonic one, and no clock of the day is
/// asked. A value without a clock: `StreamLease` is the shell.
struct WriterLease: Sendable, Equatable {
  /// On a clock that goes on while the machine sleeps: a machine that wakes up must not believe
  /// that no time has passed.
  typealias Instant = ContinuousClock.Instant

  /// How long a committed row lets its writer answer from memory.
  static let validFor: Duration = .seconds(3)
  /// How long a stream's last row has to stand before another may claim the stream. What it is
  /// longer by covers two clocks that run at slightly different speeds.
  static let silenceMin: Duration = .seconds(5)
  /// An owner without batches writes an empty one this often.
  static let beatPause: Duration = .seconds(1)

  private enum State: Equatable {
    /// Nobody has looked yet.
    case new
    /// The last position of the stream, and when it was first seen.
    case watching(position: Int64, since: Instant)
    /// When the last row of our own that was committed was begun.
    case owner(begun: Instant)
  }

  private var state = State.new

  /// Whether the stream is ours, be it that nothing was committed lately.
  var isOwner: Bool {
    if case .owner = state { true } else { false }
  }

  /// Whether no other can have written anything up to `now`.
  func isValid(at now: Instant) -> Bool {
    guard case .owner(let begun) = state else { return false }
    return now - begun <= Self.validFor
  }

  /// Whether an owner has to write a row although it has nothing to write.
  func beatIsDue(at now: Instant) -> Bool {
    guard case .owner(let begun) = state else { return false }
    return now - begun >= Self.beatPause
  }

  /// Takes in a look at the stream of somebody else, and tells whether it may be claimed now.
  /// - Parameters:
  ///   - position: its last position, 0 for none.
  ///   - isGivenUp: whether its last row says that its writer has ended.
  ///   - asked, answered: when the look was sent, and when its answer was there. The position
  ///     stands since it was seen, and it still stood when it was asked for again.
  mutating func observed(
    _ position: Int64, isGivenUp: Bool, asked: Instant, answered: Instant
  ) -> Bool {
    if case .owner = state { return false }
    guard case .watching(position, let since) = state else {
      state = .watching(position: position, since: answered)
      return isGivenUp || position == 0
    }
    return isGivenUp || position == 0 || asked - since >= Self.silenceMin
  }

  /// A row of our own has been committed.
  mutating func committed(begun: Instant) {
    if case .owner(let earlier) = state, earlier >= begun { return }
    state = .owner(begun: begun)
  }

  /// Whether a row of the stream that was seen by `answered` must be our own, since by then nobody
  /// else can have claimed it.
  func isSurelyOurs(at answered: Instant) -> Bool {
    guard case .owner(let begun) = state else { return false }
    return answered - begun < Self.silenceMin
  }

  /// Another has written, or may have.
  mutating func lost() { state = .new }
}
