internal import Logging
internal import Postgres
internal import RPC

extension WriteStream {
  /// What was tried for a batch so far.
  struct Attempt {
    var isFast: Bool
    /// When nobody waits for the batch any more.
    var deadline = Deadline.never
    var resends = 0
    /// A commit of this very batch was sent and never answered.
    var isDoubtful = false
  }

  /// Prepares the next attempt, or answers why there is none.
  func recover(
    _ recovery: WriteRecovery, from error: PostgresError, _ attempt: inout Attempt
  ) async -> WriteFailure? {
    switch recovery {
    case .slowPath:
      attempt.isFast = false
    case .claimAnother:
      logger.warning("the log stream has another writer")
      lose()
      attempt.resends += 1
    case .findOut:
      logger.warning("a connection was lost in a commit: \(error)")
      if case .owned(let position) = ownership {
        ownership = .doubtful(position)
      }
      attempt.isFast = false
      attempt.isDoubtful = true
      attempt.resends += 1
    case .resend:
      attempt.resends += 1
      await pause(attempt.resends)
    case .giveUp:
      return attempt.isDoubtful ? .outcomeUnknown : .databaseUnavailable
    case .expired:
      return attempt.isDoubtful ? .outcomeUnknown : .deadline
    case .split:
      // It stands alone by now.
      logger.error("a batch of one cannot be written: \(error)")
      return attempt.isDoubtful ? .outcomeUnknown : .unforeseen
    }
    guard attempt.resends > settings.resendsMax else { return nil }
    logger.error("a batch is given up after \(settings.resendsMax) resends: \(error)")
    return attempt.isDoubtful ? .outcomeUnknown : .databaseUnavailable
  }

  /// 0 to 2ⁿ ms, so that those who met once do not meet again.
  private func pause(_ count: Int) async {
    let most = 1_000 << min(count, 10)
    try? await Task.sleep(for: .microseconds(Int.random(in: 0...most)))
  }
}
