public import Postgres

/// A place in a log of committed batches: streams of their own, each numbered 1, 2, 3, ….
public struct LogPosition: Hashable, Sendable {
  public let stream: Int16
  public let position: Int64

  public init(stream: Int16, position: Int64) {
    self.stream = stream
    self.position = position
  }

  var next: LogPosition { LogPosition(stream: stream, position: position + 1) }
  var previous: LogPosition { LogPosition(stream: stream, position: position - 1) }
}

/// How a service's log is read and written.
public struct LogTable: Sendable {
  /// The name of the log's primary key. A second writer of a stream fails on it.
  public let primaryKey: String
  /// `$1` is a stream; answers its last position, whether that is young and, where a stream may
  /// have the only writer, whether it says that its writer has ended; or no row.
  public let latest: Statement
  /// Inserts a row for a batch that changes nothing, which claims the stream.
  public let claim: @Sendable (LogPosition) -> BoundStatement
  /// Inserts a row that says that the writer has ended. Nil where every writer has a stream of its
  /// own, which nobody waits for.
  public let giveUp: (@Sendable (LogPosition) -> BoundStatement)?

  public init(
    primaryKey: String, latest: Statement,
    claim: @escaping @Sendable (LogPosition) -> BoundStatement,
    giveUp: (@Sendable (LogPosition) -> BoundStatement)? = nil
  ) {
    self.primaryKey = primaryKey
    self.latest = latest
    self.claim = claim
    self.giveUp = giveUp
  }
}
