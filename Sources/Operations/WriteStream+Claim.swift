internal import Logging
internal import Postgres

/// Owning a stream.
extension WriteStream {
  /// The last committed position of the stream that this connection owns, claiming one if need be.
  /// Nil when another process is the one that writes, as far as is known.
  func position() async throws(PostgresError) -> LogPosition? {
    switch ownership {
    case .owned(let position): return position
    case .doubtful(let position):
      return settings.lease == nil
        ? try await claimAgain(position.stream) : try await claimBack(position)
    case .none: return settings.lease == nil ? try await claimAny() : nil
    }
  }

  func committed(_ position: LogPosition, begun: ContinuousClock.Instant?) {
    ownership = .owned(position)
    if let begun { settings.lease?.committed(begun: begun) }
  }

  /// The stream is another's.
  func lose() {
    ownership = .none
    settings.lease?.lost()
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

  private struct Latest {
    var position: Int64 = 0
    var isYoung = false
    var isGivenUp = false
  }

  private func latest(_ stream: Int16) async throws(PostgresError) -> Latest {
    let row = try await pool.query(table.latest(.int16(stream))).singleIfAny()
    guard let row else { return Latest() }
    return Latest(
      position: try row.int64(0), isYoung: try row.bool(1),
      isGivenUp: table.giveUp == nil ? false : try row.bool(2))
  }

  /// - Parameter isOurs: whether the stream was ours all the time.
  @discardableResult
  private func claim(
    _ position: LogPosition, isOurs: Bool = false
  ) async throws(PostgresError) -> LogPosition {
    let begun = settings.lease?.now
    do throws(PostgresError) {
      try await insert(table.claim(position))
    } catch {
      // Whether or not this claim is committed, the next one finds out by trying again. Of the
      // batch that needs the stream nothing was sent, so for it there is no doubt.
      if error.isOutcomeUnknown { ownership = .doubtful(position.previous) }
      throw PostgresError(error.reason)
    }
    if !isOurs { settings.lease?.claimed() }
    committed(position, begun: begun)
    return position
  }

  private func insert(_ row: BoundStatement) async throws(PostgresError) {
    _ = try await pool.withConnection { connection throws(PostgresError) in
      try await connection.query(row)
    }
  }
}

// MARK: - Being the only writer

extension WriteStream {
  /// The stream of a writer that means to be the only one.
  static let soleStream: Int16 = 0

  /// Called now and then by whoever calls `write`, and never beside it: an owner whose last row
  /// grows old writes another, and who is none looks whether it may become it.
  public func beat() async {
    do throws(PostgresError) {
      try await beatOnce()
    } catch {
      logger.debug("cannot look after the log stream: \(error)")
    }
  }

  func beatOnce() async throws(PostgresError) {
    guard let lease = settings.lease else { return }
    switch ownership {
    case .owned(let position):
      guard lease.beatIsDue else { return }
      do throws(PostgresError) {
        try await claim(position.next, isOurs: true)
      } catch {
        if error.constraint == table.primaryKey {
          logger.warning("the log stream has another writer")
          lose()
        }
        throw error
      }
    case .doubtful: _ = try await position()
    case .none: try await stand(lease)
    }
  }

  /// Looks at the stream of another, and takes it when it seems to have ended.
  private func stand(_ lease: StreamLease) async throws(PostgresError) {
    let asked = lease.now
    let latest = try await latest(Self.soleStream)
    guard
      lease.observed(latest.position, isGivenUp: latest.isGivenUp, asked: asked)
    else { return }
    do throws(PostgresError) {
      try await claim(LogPosition(stream: Self.soleStream, position: latest.position).next)
      logger.info("this replica is the one that writes")
    } catch {
      // In doubt, the next look sees a new position, be it ours, and waits for it to grow old.
      lose()
      guard isContention(error) else { throw error }
    }
  }

  /// The stream after a commit that was never answered. It is ours again when nobody else can have
  /// taken it meanwhile: nothing came after our last row, or too early to be another's.
  private func claimBack(_ last: LogPosition) async throws(PostgresError) -> LogPosition? {
    var error = PostgresError(.unavailable)
    for _ in 0..<settings.claimTriesMax {
      let latest = try await latest(last.stream).position
      let isOurs =
        latest == last.position
        || latest == last.position + 1 && settings.lease?.isSurelyOurs() == true
      guard isOurs else {
        lose()
        return nil
      }
      do throws(PostgresError) {
        return try await claim(LogPosition(stream: last.stream, position: latest).next)
      } catch let failure {
        guard isContention(failure) else { throw failure }
        error = failure
      }
    }
    throw error
  }

  /// Lets another replica write at once instead of after some seconds. That it cannot be written
  /// costs those seconds and nothing else.
  func giveUp() async {
    guard settings.lease != nil, let giveUp = table.giveUp, case .owned(let position) = ownership
    else { return }
    lose()
    do throws(PostgresError) {
      try await insert(giveUp(position.next))
    } catch {
      logger.debug("cannot say that this writer has ended: \(error)")
    }
  }
}
