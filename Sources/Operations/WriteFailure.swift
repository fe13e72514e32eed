/// Why something handed over for writing, or asked of the database, has no outcome to tell.
public enum WriteFailure: Error, Hashable, Sendable {
  /// The caller's deadline passed first. What was not sent yet leaves no trace.
  case deadline
  /// The caller went away first.
  case cancelled
  /// Too many wait already.
  case overloaded
  /// The process is about to end.
  case stopping
  /// The database cannot be reached, or keeps refusing; nothing was written.
  case databaseUnavailable
  /// The connection ended after a commit was sent and the outcome could not be found out in time.
  case outcomeUnknown
  /// Something that no rule foresees; the log has the story.
  case unforeseen
}
