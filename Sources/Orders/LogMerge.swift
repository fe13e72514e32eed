internal import Operations

/// Puts batches of several streams into one order: a stream's own by position, those of different
/// streams by the time their transactions began. A batch that cancels an order began after the one
/// that placed it was committed, so an order's events come out in the order of its versions.
///
/// Of each stream there may be more than was read. What a stream's next batch would be is known as
/// long as one is left of what was read; past that, nothing of the others may go first.
struct LogMerge: Sendable {
  /// What was read of one stream, ascending.
  struct Part: Sendable {
    let stream: Int16
    let batches: [LoggedBatch]
    /// Whether there is more than was read.
    let isCut: Bool
  }

  /// A stream lacks a position: somebody has deleted a row.
  struct Gap: Error, Equatable {
    let missing: LogPosition
  }

  /// The batches that may be told now, in order. With anything to tell there is at least one.
  static func ordered(
    _ parts: [Part], behind cursor: LogCursor
  ) throws(Gap) -> [LoggedBatch] {
    for part in parts {
      var last = cursor[part.stream]
      for batch in part.batches {
        guard batch.place.position == last + 1 else {
          throw Gap(missing: LogPosition(stream: part.stream, position: last + 1))
        }
        last = batch.place.position
      }
    }
    var next = Array(repeating: 0, count: parts.count)
    var ordered: [LoggedBatch] = []
    while true {
      var first: (index: Int, batch: LoggedBatch)?
      for (index, part) in parts.enumerated() {
        guard next[index] < part.batches.count else {
          if part.isCut { return ordered }
          continue
        }
        let batch = part.batches[next[index]]
        if let known = first?.batch,
          (known.at, known.place.stream) <= (batch.at, batch.place.stream)
        {
          continue
        }
        first = (index, batch)
      }
      guard let first else { return ordered }
      next[first.index] += 1
      ordered.append(first.batch)
    }
  }
}
