internal import CLibpq

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension LibpqLink {
  /// One step of the server's answer to a pipeline.
  ///
  /// Each statement gives `rows`, `refused` or `skipped`, followed by `statementEnd`; a sync gives
  /// `synced` alone. After a refusal everything up to the next sync is skipped.
  enum Answer {
    case rows(Rows)
    case refused(ServerError)
    case skipped
    case statementEnd
    case synced
    case unexpected(String)
  }

  /// How long to wait for the next answer.
  struct Patience {
    /// Without a byte for so long the session counts as lost; zero is for ever.
    var silenceMax: Duration
    /// When to ask the server to give up the statement; nil is never.
    var cancelAt: ContinuousClock.Instant?
  }

  /// Writes what is queued and waits until the server's next answer is whole.
  ///
  /// Reading and writing take turns as the socket allows. A client that only wrote, until all was
  /// written, would wait for ever for a server that in turn waits for its answers to be read.
  func next(_ patience: inout Patience) throws(Failure) -> Answer {
    var lastByte: ContinuousClock.Instant?
    while true {
      let flushed = unsafe PQflush(handle)
      if unsafe PQisBusy(handle) == 0 { return try takeResult() }
      guard flushed >= 0 else { throw failure }
      let now = ContinuousClock.now
      let heard = lastByte ?? now
      lastByte = heard
      if let instant = patience.cancelAt, instant <= now {
        patience.cancelAt = nil
        requestCancel()
        continue
      }
      var limit: Duration?
      if patience.silenceMax > .zero {
        let rest = patience.silenceMax - (now - heard)
        guard rest > .zero else {
          throw Failure(message: "no answer for \(patience.silenceMax)", isSilence: true)
        }
        limit = rest
      }
      if let instant = patience.cancelAt { limit = min(limit ?? .seconds(3600), instant - now) }
      if try wait(forWriting: flushed == 1, atMost: limit) {
        guard unsafe PQconsumeInput(handle) == 1 else { throw failure }
        lastByte = nil
      }
    }
  }

  /// Whether the server has ended an idle session: then there is something to read, its farewell
  /// or the end of the stream.
  func lookForEnd() throws(Failure) {
    if isBroken { throw failure }
    while try wait(forWriting: false, atMost: .zero) {
      guard unsafe PQconsumeInput(handle) == 1 else { throw failure }
      // Reads the messages, of which some, such as a changed setting, mean nothing to us.
      _ = unsafe PQisBusy(handle)
      if let message = farewell.message { throw Failure(message: message) }
      if isBroken { throw failure }
    }
  }

  /// Answers whether the socket has something to read. Waiting longer than an hour is cut into
  /// hours, which the loops around this do not notice.
  private func wait(forWriting: Bool, atMost limit: Duration?) throws(Failure) -> Bool {
    let socket = unsafe PQsocket(handle)
    guard socket >= 0 else { throw failure }
    let events = Int16(forWriting ? POLLIN | POLLOUT : POLLIN)
    var entry = pollfd(fd: socket, events: events, revents: 0)
    let count = unsafe poll(&entry, 1, Self.milliseconds(limit))
    if count < 0 && errno != EINTR {
      throw Failure(message: "poll failed with error \(errno)")
    }
    return count > 0 && entry.revents & ~Int16(POLLOUT) != 0
  }

  /// Rounded up: rounding down would spin through the last millisecond.
  private static func milliseconds(_ limit: Duration?) -> Int32 {
    guard let limit else { return 3_600_000 }
    let (seconds, attoseconds) = limit.components
    guard seconds < 3600 else { return 3_600_000 }
    guard limit > .zero else { return 0 }
    let whole = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(truncatingIfNeeded: whole)
  }

  private func takeResult() throws(Failure) -> Answer {
    guard let result = unsafe PQgetResult(handle) else {
      if isBroken { throw failure }
      return .statementEnd
    }
    defer { unsafe PQclear(result) }
    let status = unsafe PQresultStatus(result)
    switch status {
    case PGRES_TUPLES_OK: return .rows(unsafe Self.rows(of: result))
    case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return .rows(unsafe Self.command(of: result))
    case PGRES_PIPELINE_SYNC: return .synced
    case PGRES_PIPELINE_ABORTED: return .skipped
    case PGRES_FATAL_ERROR:
      let error = unsafe Self.error(of: result)
      if isBroken { throw Failure(message: error.message) }
      return .refused(error)
    default: return .unexpected(unsafe String(cString: PQresStatus(status)))
    }
  }
}

// MARK: - What a result holds, copied out of libpq's memory

extension LibpqLink {
  private static func command(of result: OpaquePointer) -> Rows {
    let tag = unsafe String(cString: PQcmdStatus(result))
    let affected = unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
    return Rows(commandTag: tag, affectedRows: affected)
  }

  private static func rows(of result: OpaquePointer) -> Rows {
    let head = unsafe command(of: result)
    let rowCount = unsafe PQntuples(result)
    let width = unsafe PQnfields(result)
    var columns: [UInt32] = []
    columns.reserveCapacity(Int(width))
    for column in 0..<width { unsafe columns.append(PQftype(result, column)) }
    var cells: [Rows.Cell] = []
    cells.reserveCapacity(Int(rowCount) * Int(width))
    var bytes: [UInt8] = []
    for row in 0..<rowCount {
      for column in 0..<width {
        guard unsafe PQgetisnull(result, row, column) == 0,
          let value = unsafe PQgetvalue(result, row, column)
        else {
          cells.append(Rows.Cell(start: bytes.count, count: -1))
          continue
        }
        let length = unsafe Int(PQgetlength(result, row, column))
        cells.append(Rows.Cell(start: bytes.count, count: length))
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: length))
      }
    }
    return Rows(
      commandTag: head.commandTag, affectedRows: head.affectedRows, columns: columns,
      count: Int(rowCount), cells: cells, bytes: bytes)
  }

  private static func error(of result: OpaquePointer) -> ServerError {
    func field(_ code: Character) -> String {
      let code = CInt(code.asciiValue ?? 0)
      return unsafe PQresultErrorField(result, code).map { unsafe String(cString: $0) } ?? ""
    }
    var message = field("M")  // PG_DIAG_MESSAGE_PRIMARY
    if message.isEmpty {
      // libpq made this one itself, so it has no fields.
      message = unsafe String(cString: PQresultErrorMessage(result)).onOneLine
    }
    return ServerError(
      sqlState: SQLState(rawValue: field("C")),  // PG_DIAG_SQLSTATE
      message: message,
      constraint: field("n"),  // PG_DIAG_CONSTRAINT_NAME
      table: field("t"))  // PG_DIAG_TABLE_NAME
  }
}
