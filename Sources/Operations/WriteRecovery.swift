internal import Postgres

/// What to do when a batch was not written.
enum WriteRecovery: Equatable, Sendable {
  /// The fast path assumed too much: look, then decide.
  case slowPath
  /// The stream has another writer: find another stream, then the same again.
  case claimAnother
  /// Whether it was committed is not known: claim the stream, which waits for the lost session's
  /// transaction to end, then look on the slow path what became of it.
  case findOut
  /// Undone because of others, or never sent: the same again after a short pause.
  case resend
  /// There is no database to ask.
  case giveUp
  /// Nobody waits for it any more, and it was given up before its commit was sent.
  case expired
  /// One of the items does what nobody foresaw: halve until it stands alone.
  case split

  /// - Parameters:
  ///   - isFast: which path failed.
  ///   - guards, races, logKey: names of constraints; see `BatchPaths` and `LogTable`.
  init(
    from error: PostgresError, isFast: Bool, guards: Set<String>, races: Set<String>,
    logKey: String
  ) {
    self =
      if error.isOutcomeUnknown {
        .findOut
      } else if error.isConnectionLost || error.isRetryable || error.isReadOnlyServer {
        .resend
      } else if error.reason == .deadlineExceeded {
        .expired
      } else if error.isUnavailable || error.reason == .cancelled {
        .giveUp
      } else if let constraint = error.constraint {
        if constraint == logKey {
          .claimAnother
        } else if isFast && guards.contains(constraint) {
          .slowPath
        } else if races.contains(constraint) {
          .resend
        } else {
          .split
        }
      } else {
        .split
      }
  }
}
