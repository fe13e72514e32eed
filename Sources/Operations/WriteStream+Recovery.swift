internal import Logging
internal import Postgres

extension WriteStream {
  /// Prepares the next attempt, or answers why there is none.
  func recover(
    _ recovery: WriteRecovery, from error: PostgresError, _ attempt: inout WriteAttempt
  ) async -> WriteFailure? {
    switch recovery {
    case .claimAnother:
      logger.warning("the log stream has another writer; claiming another")
      ownership = .none
    case .findOut:
      logger.warning("a connection was lost in a commit: \(error)")
      if case .owned(let position) = ownership {
        ownership = .doubtful(stream: position.stream)
      }
    case .split: logger.error("a batch of one cannot be written: \(error)")
    case .slowPath, .resend, .giveUp: break
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

// MARK: - Owning a stream

extension WriteStream {
  /// The last committed position of the stream that this connection owns, claiming one if need be.
  func position() async throws(PostgresError) -> LogPosition {
    switch ownership {
    case .owned(let position): return position
    case .doubtful(let stream): return try await claimAgain(stream)
    case .none: return try await claimAny()
    }
  }

  /// A stream that nobody seems to use: empty, or silent for a while.
  private func claimAny() async throws(PostgresError) -> LogPosition {
    var last: PostgresError?
    for _ in 0..<settings.claimTriesMax {
      let stream = settings.chooseStream()
      let latest = try await latest(stream)
      if latest.isYoung { continue }
      do throws(PostgresError) {
        return try await claim(LogPosition(stream: stream, position: latest.position).next)
      } catch {
        guard isContention(error) else { throw error }
        last = error
      }
    }
    throw last ?? PostgresError(.unavailable)
  }

  /// The same stream once more. The insert waits for a transaction of ours that is still running
  /// on the same key, and so tells that none is left when it succeeds.
  private func claimAgain(_ stream: Int16) async throws(PostgresError) -> LogPosition {
    var last = PostgresError(.unavailable)
    for _ in 0..<settings.claimTriesMax {
      let latest = try await latest(stream)
      do throws(PostgresError) {
        return try await claim(LogPosition(stream: stream, position: latest.position).next)
      } catch {
        guard isContention(error) else { throw error }
        last = error
      }
    }
    throw last
  }

  private func isContention(_ error: PostgresError) -> Bool {
    error.constraint == table.primaryKey || error.isRetryable
  }

  private func latest(
    _ stream: Int16
  ) async throws(PostgresError) -> (position: Int64, isYoung: Bool) {
    let row = try await pool.query(table.latest(.int16(stream))).singleIfAny()
    guard let row else { return (0, false) }
    return (try row.int64(0), try row.bool(1))
  }

  private func claim(_ position: LogPosition) async throws(PostgresError) -> LogPosition {
    let statement = table.claim(position)
    do throws(PostgresError) {
      _ = try await pool.withConnection { connection throws(PostgresError) in
        try await connection.query(statement)
      }
    } catch {
      // Whether or not this claim is committed, the next one finds out by trying again. Of the
      // batch that needs the stream nothing was sent, so for it there is no doubt.
      if error.isOutcomeUnknown { ownership = .doubtful(stream: position.stream) }
      throw PostgresError(error.reason)
    }
    ownership = .owned(position)
    return position
  }
}
