internal import Synchronization

/// Hands out the indexes of requests, each once, and knows when the sending is over.
///
///     start ──warm-up──▶ measuring begins ──▶ duration over, count reached, or stopped
final class TicketOffice: Sendable {
  struct Ticket: Equatable {
    var index: UInt64
    /// False for a warm-up request, which is in no figure.
    var isMeasured: Bool
  }

  /// When measuring begins, in nanoseconds of the run's clock.
  let measuringBegins: UInt64
  /// When the duration is over; the end of time for a run that ends by count.
  let durationEnds: UInt64
  private let count: UInt64
  private let nextIndex = Atomic<UInt64>(0)
  private let nextWarmUp = Atomic<UInt64>(0)
  private let stoppedAt = Atomic<UInt64>(.max)

  init(ending: RunConfiguration.Ending, warmUp: LoadDuration, start: UInt64) {
    // Both lengths are bounded by `LoadDuration.nanosecondsMax`, so the sums fit with much room.
    measuringBegins = start + warmUp.nanoseconds
    switch ending {
    case .count(let count):
      self.count = count
      durationEnds = .max
    case .duration(let length):
      count = .max
      durationEnds = measuringBegins + length.nanoseconds
    }
  }

  /// The next request at this moment; nil when the sending is over.
  func claim(at now: UInt64) -> Ticket? {
    guard endOfSending(at: now) == nil else { return nil }
    if now < measuringBegins {
      let number = nextWarmUp.wrappingAdd(1, ordering: .relaxed).oldValue
      return Ticket(index: Workload.warmUpIndexBase + number, isMeasured: false)
    }
    let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
    // Whoever takes the last one ends the sending; waiting for someone to be refused would take
    // for ever when none of the last requests is answered.
    if index >= count - 1 { stop(at: now) }
    return index < count ? Ticket(index: index, isMeasured: true) : nil
  }

  func stop(at now: UInt64) {
    _ = stoppedAt.compareExchange(expected: .max, desired: now, ordering: .relaxed)
  }

  /// When the sending ended, if it has ended by now.
  func endOfSending(at now: UInt64) -> UInt64? {
    let stopped = stoppedAt.load(ordering: .relaxed)
    if stopped != .max { return min(stopped, durationEnds) }
    return now >= durationEnds ? durationEnds : nil
  }

  /// Measured requests handed out so far.
  var started: UInt64 { min(nextIndex.load(ordering: .relaxed), count) }

  var warmUps: UInt64 { nextWarmUp.load(ordering: .relaxed) }
}
