public import Postgres

/// What a path made of a batch.
public struct WrittenBatch<Outcome: Sendable>: Sendable {
  /// One for each item, in order.
  public let outcomes: [Outcome]
  /// Whether the transaction committed with the log row it was given.
  public let isLogged: Bool

  public init(_ outcomes: [Outcome], isLogged: Bool) {
    self.outcomes = outcomes
    self.isLogged = isLogged
  }

  /// One answer for each of `count` items, also when a path told too few.
  func answers(_ count: Int) -> [Result<Outcome, WriteFailure>] {
    (0..<count).map { $0 < outcomes.count ? .success(outcomes[$0]) : .failure(.unforeseen) }
  }
}

/// The two ways to write a batch. The fast one is a single round trip that assumes that nothing
/// stands against it; the slow one first looks, under locks, and then decides.
public struct BatchPaths<Item: Sendable, Outcome: Sendable>: Sendable {
  public typealias Path =
    @Sendable ([Item], LogPosition, PostgresConnection) async throws(PostgresError)
    -> WrittenBatch<Outcome>

  /// Nil when there is only the slow one.
  public let fast: Path?
  public let slow: Path
  /// The slow one for a batch whose commit was sent and never answered: what it finds may be its
  /// own. Without it the slow path is taken.
  public let doubtful: Path?
  /// Constraints whose violation on the fast path only means that it assumed too much.
  public let guards: Set<String>
  /// Constraints whose violation means that another was first, and that looking again helps.
  public let races: Set<String>

  public init(
    fast: Path? = nil, slow: @escaping Path, doubtful: Path? = nil, guards: Set<String> = [],
    races: Set<String> = []
  ) {
    self.fast = fast
    self.slow = slow
    self.doubtful = doubtful
    self.guards = guards
    self.races = races
  }

  func path(isFast: Bool, isDoubtful: Bool) -> Path {
    if isDoubtful, let doubtful { return doubtful }
    return isFast ? fast ?? slow : slow
  }
}
