internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Tells what happened to orders, from the log that every batch writes a row of, whichever replica
/// wrote it.
///
///     heads of the log ──▶ rows between the watcher's cursor and them ──▶ messages
///            ▲                                                              │
///            └───────────────────── when the reader has taken them ─────────┘
///
/// Nothing is kept for a watcher but its cursor: one that reads slowly finds in the log what it has
/// not heard yet. A change costs one read of it for each watcher.
struct OrderWatch: Sendable {
  let log: LogWatch
  let pool: PostgresPool
  let places: WatchPlaces
  let logger: Logger

  /// Rows of one read, unless there are more streams than that. A row has up to a thousand events
  /// of about 25 bytes, and with a full read in hand a watcher takes about two megabytes.
  static let rowsMax = 64

  /// A message ends before it has more events than this, unless one row does.
  static let eventsMax = 1_000

  func watch(
    _ request: WatchOrdersRequest, _ replies: MessageWriter<WatchOrdersResponse>
  ) async throws(RPCError) {
    var cursor = LogCursor()
    do throws(InvalidRequest) {
      if !request.resumeToken.isEmpty {
        if request.newOnly {
          throw InvalidRequest("new_only", "must not be set with a resume_token")
        }
        cursor = try LogCursor(token: request.resumeToken)
      }
    } catch {
      throw RPCError(error)
    }
    let start = cursor
    try await places.watch { () throws(RPCError) in
      try await follow(from: start, newOnly: request.newOnly, replies)
    }
  }

  private func follow(
    from start: LogCursor, newOnly: Bool, _ replies: MessageWriter<WatchOrdersResponse>
  ) async throws(RPCError) {
    var cursor = start
    var hasBegun = false
    for await news in log.listen() {
      let heads: LogHeads
      do throws(WriteFailure) {
        heads = try news.get()
      } catch {
        throw RPCError(error)
      }
      if !hasBegun {
        guard cursor.isWithin(heads) else { throw RPCError(LogCursor.invalid) }
        if newOnly { cursor = LogCursor(heads) }
        try await replies.write(WatchOrdersResponse(resumeToken: cursor.token))
        hasBegun = true
      }
      while let batches = try await next(behind: cursor, upTo: heads) {
        try await tell(batches, &cursor, replies)
      }
    }
    // The caller has gone, or this process is about to.
    if !Task.isCancelled { throw RPCError(WriteFailure.stopping) }
  }

  /// What comes next, in order; nil when the cursor has reached the heads.
  private func next(
    behind cursor: LogCursor, upTo heads: LogHeads
  ) async throws(RPCError) -> [LoggedBatch]? {
    let moved = heads.positions.filter { cursor[$0.key] < $0.value }.sorted { $0.key < $1.key }
    guard !moved.isEmpty else { return nil }
    let limit = max(1, Self.rowsMax / moved.count)
    do throws(PostgresError) {
      let answers = try await pool.pipeline(
        moved.map { stream, head in
          Self.selectRows(
            .int16(stream), .int64(cursor[stream]), .int64(head), .int64(Int64(limit)))
        })
      var parts: [LogMerge.Part] = []
      parts.reserveCapacity(moved.count)
      for ((stream, head), rows) in zip(moved, answers) {
        var batches: [LoggedBatch] = []
        for row in rows { batches.append(try LoggedBatch(row, stream: stream)) }
        let last = batches.last?.place.position ?? cursor[stream]
        parts.append(LogMerge.Part(stream: stream, batches: batches, isCut: last < head))
      }
      return try ordered(parts, behind: cursor)
    } catch {
      logger.warning("cannot read the log of orders: \(error)")
      throw RPCError(WriteFailure(reading: error))
    }
  }

  private func ordered(
    _ parts: [LogMerge.Part], behind cursor: LogCursor
  ) throws(PostgresError) -> [LoggedBatch] {
    do throws(LogMerge.Gap) {
      let ordered = try LogMerge.ordered(parts, behind: cursor)
      // Without this a stream whose rows are gone from its end would be asked for for ever.
      guard !ordered.isEmpty else {
        throw LogMerge.Gap(missing: LogPosition(stream: parts[0].stream, position: 0))
      }
      return ordered
    } catch {
      throw PostgresError(
        .protocolViolation(
          "stream \(error.missing.stream) of the log of orders lacks position "
            + "\(error.missing.position)"))
    }
  }

  private func tell(
    _ batches: [LoggedBatch], _ cursor: inout LogCursor,
    _ replies: MessageWriter<WatchOrdersResponse>
  ) async throws(RPCError) {
    var events: [OrderEvent] = []
    for batch in batches {
      if !events.isEmpty, events.count + batch.events.count > Self.eventsMax {
        try await replies.write(WatchOrdersResponse(events: events, resumeToken: cursor.token))
        events = []
      }
      events += batch.events
      cursor.advance(to: batch.place)
    }
    // A writer that only claimed a stream has told of nothing.
    guard !events.isEmpty else { return }
    try await replies.write(WatchOrdersResponse(events: events, resumeToken: cursor.token))
  }

  private static let selectRows = Statement(
    name: "order_log_select",
    sql: """
      SELECT pos, at, order_ids, kinds, versions FROM order_log
      WHERE stream = $1 AND pos > $2 AND pos <= $3 ORDER BY pos LIMIT $4
      """)
}
