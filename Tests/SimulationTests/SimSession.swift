import Postgres

/// One connection of a process to its database, which may be cut at any moment: before the server
/// hears what was sent, while it works on it, or before its answer is heard. A server that works on
/// it may go on to its commit long after the client has given the connection up.
final class SimSession<Tables> {
  typealias Statements = [SimStatement<Tables>]

  let node: SimNode
  let database: SimDatabase<Tables>
  /// One exchange in this many is cut; 0 is none.
  var cutsOneIn = 0
  private var world: SimWorld { node.world }

  init(_ node: SimNode, _ database: SimDatabase<Tables>) {
    self.node = node
    self.database = database
  }

  private enum Fate {
    case heard
    case neverSent
    case neverReceived
    case answerLost
    /// The client sees the cut at once, and the server goes on later.
    case goesOnAlone
  }

  private static var cut: PostgresError { PostgresError(.connectionLost("cut")) }
  private static var cutInCommit: PostgresError {
    PostgresError(.connectionLost("cut"), outcome: .unknown)
  }

  /// One round trip that commits.
  func pipeline(_ statements: Statements, _ done: @escaping (PostgresError?) -> Void) {
    send(SimTransaction(life: database.life), statements, commits: true, done)
  }

  /// Two round trips; the second commits what `decide` answers, or nothing when that is nil.
  func transaction(
    _ first: Statements, _ decide: @escaping () -> Statements?,
    _ done: @escaping (PostgresError?, _ isCommitted: Bool) -> Void
  ) {
    let transaction = SimTransaction<Tables>(life: database.life)
    // Between the trips nobody else notices that the client is gone.
    let mourner = node.onDeath { [self] in endLater(transaction) }
    send(transaction, first, commits: false) { [self] error in
      if let error {
        node.forget(mourner)
        return done(error, false)
      }
      guard let second = decide() else {
        node.forget(mourner)
        world.after(latency) { [self] in database.rollBack(transaction) }
        return done(nil, false)
      }
      send(transaction, second, commits: true) { [self] error in
        node.forget(mourner)
        done(error, error == nil)
      }
    }
  }

  private func send(
    _ transaction: SimTransaction<Tables>, _ statements: Statements, commits: Bool,
    _ done: @escaping (PostgresError?) -> Void
  ) {
    guard database.isUp else {
      // The pool waits for a connection for a while and then says that there is none.
      return node.after(100_000) { done(PostgresError(.unavailable)) }
    }
    let fate = fate
    var isHeard = false
    let hear: (PostgresError?) -> Void = { error in
      guard !isHeard else { return }
      isHeard = true
      done(error)
    }
    let lost = commits ? Self.cutInCommit : Self.cut
    if fate == .neverSent || fate == .neverReceived {
      node.after(latency) { hear(fate == .neverSent ? Self.cut : lost) }
      return endLater(transaction)
    }
    if fate == .goesOnAlone { node.after(latency) { hear(lost) } }
    // A server whose client dies goes on, or notices.
    let mourner = node.onDeath { [self] in
      if world.chance(oneIn: 2) { endLater(transaction) }
    }
    world.after(fate == .goesOnAlone ? world.draw(50...60_000) : latency) { [self] in
      guard database.isUp, database.life == transaction.life, !transaction.isOver else {
        node.forget(mourner)
        return node.after(latency) { hear(lost) }
      }
      let serverMourner = database.onDeath { [self] in
        node.after(latency) { hear(lost) }
      }
      database.run(statements[...], in: transaction) { [self] error in
        if error == nil, commits { database.commit(transaction) }
        node.forget(mourner)
        database.forget(serverMourner)
        if fate != .heard, !commits { endLater(transaction) }
        node.after(latency) { hear(fate == .answerLost ? lost : error) }
      }
    }
  }

  /// The server notices by and by that its client is gone.
  private func endLater(_ transaction: SimTransaction<Tables>) {
    world.after(world.draw(50...80_000)) { [self] in database.rollBack(transaction) }
  }

  private var fate: Fate {
    guard world.chance(oneIn: cutsOneIn) else { return .heard }
    return world.pick([.neverSent, .neverReceived, .answerLost, .goesOnAlone])
  }

  private var latency: Int64 { world.draw(20...500) }
}
