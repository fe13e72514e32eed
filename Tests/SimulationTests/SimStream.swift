import Contracts
import Postgres

@testable import Operations

/// A write stream of one process: it owns a stream of the log, claims another when it has to, and
/// decides by `WriteRecovery` and `WriteAttempt` what comes after an error, as `WriteStream` does.
final class SimStream<Tables> {
  typealias Statements = [SimStatement<Tables>]

  /// How a batch is written at a position: heard with an error, or with whether it committed.
  typealias Path<Item> = (
    [Item], LogPosition, _ isDoubtful: Bool, @escaping (PostgresError?, _ isLogged: Bool) -> Void
  ) -> Void

  let session: SimSession<Tables>
  let primaryKey: String
  let guards: Set<String>
  private let latest: (Tables, Int16) -> Int64
  private let insertLog: (LogPosition) -> SimStatement<Tables>
  private var ownership = Ownership.none
  private var node: SimNode { session.node }
  private var world: SimWorld { node.world }
  private let settings = WriteStreamSettings()
  /// Few, so that two processes do meet on one.
  private static var streamsMax: Int64 { 4 }

  private enum Ownership {
    case none
    case owned(LogPosition)
    case doubtful(Int16)
  }

  init(
    _ session: SimSession<Tables>, primaryKey: String, guards: Set<String>,
    latest: @escaping (Tables, Int16) -> Int64,
    insertLog: @escaping (LogPosition) -> SimStatement<Tables>
  ) {
    self.session = session
    self.primaryKey = primaryKey
    self.guards = guards
    self.latest = latest
    self.insertLog = insertLog
  }

  /// - Parameter done: nil when written.
  func write<Item>(
    _ items: [Item], fast: Path<Item>?, slow: @escaping Path<Item>,
    _ done: @escaping (WriteFailure?) -> Void
  ) {
    guard !items.isEmpty else { return done(nil) }
    attempt(items, WriteAttempt(isFast: fast != nil), fast, slow, done)
  }

  private func attempt<Item>(
    _ items: [Item], _ attempt: WriteAttempt, _ fast: Path<Item>?, _ slow: @escaping Path<Item>,
    _ done: @escaping (WriteFailure?) -> Void
  ) {
    position(settings.claimTriesMax) { [self] result in
      switch result {
      case .failure(let error): recover(from: error, items, attempt, fast, slow, done)
      case .success(let position):
        let path = attempt.isFast && !attempt.isDoubtful ? fast ?? slow : slow
        let next = LogPosition(stream: position.stream, position: position.position + 1)
        path(items, next, attempt.isDoubtful) { [self] error, isLogged in
          if let error { return recover(from: error, items, attempt, fast, slow, done) }
          if isLogged { ownership = .owned(next) }
          done(nil)
        }
      }
    }
  }

  private func recover<Item>(
    from error: PostgresError, _ items: [Item], _ before: WriteAttempt, _ fast: Path<Item>?,
    _ slow: @escaping Path<Item>, _ done: @escaping (WriteFailure?) -> Void
  ) {
    let recovery = WriteRecovery(
      from: error, isFast: before.isFast, guards: guards, races: [], logKey: primaryKey)
    switch recovery {
    case .claimAnother: ownership = .none
    case .findOut:
      if case .owned(let position) = ownership { ownership = .doubtful(position.stream) }
    default: break
    }
    var next = before
    if let failure = next.recover(recovery, resendsMax: settings.resendsMax) {
      return done(failure)
    }
    let pause = recovery == .resend ? world.draw(0...(1_000 << Int64(next.resends))) : 0
    node.after(pause) { [self] in attempt(items, next, fast, slow, done) }
  }

  private func position(
    _ tries: Int, _ done: @escaping (Result<LogPosition, PostgresError>) -> Void
  ) {
    let stream: Int16
    switch ownership {
    case .owned(let position): return done(.success(position))
    case .doubtful(let own): stream = own
    case .none: stream = Int16(world.draw(1...Self.streamsMax))
    }
    guard tries > 0 else { return done(.failure(PostgresError(.unavailable))) }
    var last: Int64 = 0
    let look = SimStatement<Tables> { [self] (tables, _) throws(PostgresError) in
      last = latest(tables, stream)
    }
    session.pipeline([look]) { [self] error in
      if let error { return done(.failure(error)) }
      let claimed = LogPosition(stream: stream, position: last + 1)
      session.pipeline([insertLog(claimed)]) { [self] error in
        guard let error else {
          ownership = .owned(claimed)
          return done(.success(claimed))
        }
        if error.constraint == primaryKey || error.isRetryable {
          return position(tries - 1, done)
        }
        if error.isOutcomeUnknown { ownership = .doubtful(stream) }
        done(.failure(PostgresError(error.reason)))
      }
    }
  }
}
