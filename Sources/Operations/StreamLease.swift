internal import Synchronization

/// A `WriterLease` under a lock, with its clock: shared by the stream that writes and by those who
/// answer from memory as long as it holds.
public final class StreamLease: Sendable {
  private let lease = Mutex(WriterLease())
  private let clock: @Sendable () -> ContinuousClock.Instant
  /// Whether no other process can be at work on this database, so that nothing has to be waited
  /// for.
  let isAlone: Bool
  /// Called when the stream has become ours, before `isValid` says so: what was remembered before
  /// may have been changed by another since.
  let claimed: @Sendable () -> Void
  /// Told each time that the stream has become ours, or is ours no more.
  private let watcher = Mutex<@Sendable () -> Void>({})

  /// - Parameters:
  ///   - isAlone: whether something else makes sure that no other process works on this database.
  ///   - clock: a monotonic clock that goes on while the machine sleeps.
  ///   - claimed: forgets what is remembered.
  public init(
    isAlone: Bool = false,
    clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    claimed: @escaping @Sendable () -> Void
  ) {
    self.isAlone = isAlone
    self.clock = clock
    self.claimed = claimed
  }

  /// Whether every change that was acknowledged to anybody so far was written by this process.
  public var isValid: Bool {
    let now = clock()
    return lease.withLock { $0.isValid(at: now) }
  }

  /// Whether this process is the one that writes.
  public var isOwner: Bool { lease.withLock { $0.isOwner } }

  /// Has `body` called after each change of `isOwner`.
  public func whenOwnerChanges(_ body: @escaping @Sendable () -> Void) {
    watcher.withLock { $0 = body }
  }

  private func change(_ body: (inout WriterLease) -> Void) {
    let isChanged = lease.withLock { lease in
      let before = lease.isOwner
      body(&lease)
      return lease.isOwner != before
    }
    if isChanged { watcher.withLock { $0 }() }
  }

  var now: ContinuousClock.Instant { clock() }

  var beatIsDue: Bool {
    let now = clock()
    return lease.withLock { $0.beatIsDue(at: now) }
  }

  func observed(
    _ position: Int64, isGivenUp: Bool, asked: ContinuousClock.Instant
  ) -> Bool {
    let answered = clock()
    let mayClaim = lease.withLock {
      $0.observed(position, isGivenUp: isGivenUp, asked: asked, answered: answered)
    }
    return mayClaim || isAlone
  }

  func committed(begun: ContinuousClock.Instant) { change { $0.committed(begun: begun) } }

  func isSurelyOurs() -> Bool {
    let answered = clock()
    return lease.withLock { $0.isSurelyOurs(at: answered) }
  }

  func lost() { change { $0.lost() } }
}
