public import Postgres

/// How far each stream of a log of committed batches has come, as one snapshot has it.
///
/// A stream's positions are committed in order: whoever writes position n + 1 has seen that n is
/// committed, and a writer that does not know what became of its own n claims n + 1, or n, by an
/// insert that waits until it is known. So a snapshot that has a position has all below it, and
/// nothing can appear behind a head later.
public struct LogHeads: Equatable, Sendable {
  /// The last position of each stream that has one.
  public var positions: [Int16: Int64]

  public init(_ positions: [Int16: Int64] = [:]) { self.positions = positions }

  public subscript(stream: Int16) -> Int64 { positions[stream] ?? 0 }

  /// From the rows of `statement`.
  init(_ rows: Rows) throws(PostgresError) {
    positions = [:]
    for row in rows { positions[try row.int16(0)] = try row.int64(1) }
  }

  /// Reads the heads of a log in one snapshot, by a descent into its primary key for each stream:
  /// whatever the log's length, and whichever streams there are.
  public static func statement(of table: StaticString) -> Statement {
    Statement(
      name: "\(table)_heads",
      sql: """
        WITH RECURSIVE head AS (
          (SELECT stream, pos FROM \(table) ORDER BY stream DESC, pos DESC LIMIT 1)
          UNION ALL
          SELECT below.stream, below.pos FROM head CROSS JOIN LATERAL (
            SELECT l.stream, l.pos FROM \(table) AS l WHERE l.stream < head.stream
            ORDER BY l.stream DESC, l.pos DESC LIMIT 1) AS below
        )
        SELECT stream, pos FROM head
        """)
  }
}
