internal import Logging
internal import Postgres
internal import RPC

extension WriteStream {
  /// Prepares the next attempt, or answers why there is none.
  func recover(
    _ recovery: WriteRecovery, from error: PostgresError, _ attempt: inout WriteAttempt
  ) async -> WriteFailure? {
    switch recovery {
    case .claimAnother:
      logger.warning("the log stream has another writer")
      lose()
    case .findOut:
      logger.warning("a connection was lost in a commit: \(error)")
      if case .owned(let position) = ownership {
        ownership = .doubtful(position)
      }
    case .split: logger.error("a batch of one cannot be written: \(error)")
    case .slowPath, .resend, .giveUp, .expired: break
    }
    let failure = attempt.recover(recovery, resendsMax: settings.resendsMax)
    if failure != nil, attempt.resends > settings.resendsMax {
      logger.error("a batch is given up after \(settings.resendsMax) resends: \(error)")
    }
    if failure == nil, recovery == .resend { await pause(attempt.resends) }
    return failure
  }

  /// 0 to 2ⁿ ms, so that those who met once do not meet again.
  private func pause(_ count: Int) async {
    let most = 1_000 << min(count, 10)
    try? await Task.sleep(for: .microseconds(Int.random(in: 0...most)))
  }
}
