internal import Contracts
public import Postgres
public import RPC

/// Why something handed over for writing, or asked of the database, has no outcome to tell.
public enum WriteFailure: Error, Hashable, Sendable, CaseIterable {
  /// The caller's deadline passed first. What was not sent yet leaves no trace.
  case deadline
  /// The caller went away first.
  case cancelled
  /// Too many wait already.
  case overloaded
  /// The process is about to end.
  case stopping
  /// Another process is the one that writes; nothing was written.
  case notWriter
  /// The database cannot be reached, or keeps refusing; nothing was written.
  case databaseUnavailable
  /// The connection ended after a commit was sent and the outcome could not be found out in time.
  case outcomeUnknown
  /// Something that no rule foresees; the log has the story.
  case unforeseen

  /// What is left to say of an error of the database once nothing more can be tried.
  public init(_ error: PostgresError) {
    self =
      if error.isOutcomeUnknown {
        .outcomeUnknown
      } else if error.reason == .deadlineExceeded {
        .deadline
      } else if error.reason == .cancelled {
        .cancelled
      } else if error.isUnavailable || error.isRetryable || error.isReadOnlyServer {
        .databaseUnavailable
      } else {
        .unforeseen
      }
  }

  /// The same for a read. Nothing is in doubt there: it changed nothing, however it ended.
  public init(reading error: PostgresError) {
    self.init(PostgresError(error.reason))
  }
}

extension RPCError {
  /// The one place where it becomes a status. The message never quotes the database.
  public init(_ failure: WriteFailure) {
    let retry = [AnyDetail(RetryInfo(.seconds(1)))]
    self =
      switch failure {
      case .deadline: RPCError(.deadline, "the deadline passed first")
      case .cancelled: RPCError(ErrorReason.cancelled, "the caller went away first")
      case .overloaded:
        RPCError(.overloaded, "too many requests are waiting; try again later", details: retry)
      case .stopping: RPCError(.shuttingDown, "this process is shutting down; try another")
      case .notWriter:
        RPCError(.notWriter, "another replica is the one that writes; try again")
      case .databaseUnavailable:
        RPCError(.databaseUnavailable, "the database cannot be reached; try again")
      case .outcomeUnknown:
        RPCError(.outcomeUnknown, "it is not known whether the change was stored; try again")
      case .unforeseen: RPCError(.unforeseen, "internal error")
      }
  }
}
