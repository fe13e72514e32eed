public import RPC

/// Decides who is written next. A value without a clock, a lock or a task: `Flusher` is the shell.
///
///     submit --> waiting --nextBatch--> in flight --finish--> answered
///                   \-- expire, cancel --\-- expire, cancel --> answered early
///
/// One batch is in flight at a time, and all that waits when it ends is the next one: there is no
/// timer that delays a lone request, and batches grow by themselves when the load does.
///
/// All of it is inlinable, and so is the shell: whoever flushes items of its own kind gets a copy
/// made for them. Without that every look at an item asks the runtime for its type.
public struct FlusherState<Item: Batchable, Waiter: Sendable>: Sendable {
  /// Names one submitted item. Tickets rise in order of arrival.
  public typealias Ticket = UInt64

  @usableFromInline struct Entry: Sendable {
    @usableFromInline let ticket: Ticket
    @usableFromInline let item: Item
    @usableFromInline let deadline: Deadline
    /// Nil once somebody was answered early.
    @usableFromInline var waiter: Waiter?

    @inlinable init(ticket: Ticket, item: Item, deadline: Deadline, waiter: Waiter) {
      self.ticket = ticket
      self.item = item
      self.deadline = deadline
      self.waiter = waiter
    }
  }

  public enum Admission: Equatable, Sendable {
    /// The tickets of the items run upward from here. `start` is true when nobody is writing yet
    /// and the caller has to see to it; `alarm` is when `expire` has to be called, if sooner than
    /// was asked before.
    case accepted(first: Ticket, start: Bool, alarm: Deadline?)
    case refused(WriteFailure)
  }

  @usableFromInline let caps: BatchCaps
  @usableFromInline let waitingMax: Int
  @usableFromInline var nextTicket: Ticket = 0
  /// Sorted by ticket; those answered early stay until the front reaches them.
  @usableFromInline var waiting: [Entry] = []
  @usableFromInline var waitingLive = 0
  @usableFromInline var inFlight: [Entry] = []
  @usableFromInline var isWriting = false
  @usableFromInline var isStopping = false
  @usableFromInline var alarm: Deadline?

  @inlinable public init(caps: BatchCaps, waitingMax: Int) {
    self.caps = caps
    self.waitingMax = waitingMax
  }

  @inlinable public var isIdle: Bool { !isWriting && waitingLive == 0 }

  /// How many wait for the next batch.
  @inlinable public var waitingCount: Int { waitingLive }

  /// Takes items that share a deadline: all of them, or none when the queue has no room.
  @inlinable public mutating func submit(
    _ items: some Collection<(item: Item, waiter: Waiter)>, deadline: Deadline, now: Deadline
  ) -> Admission {
    if isStopping { return .refused(.stopping) }
    if deadline <= now { return .refused(.deadline) }
    // A call with more items than may wait has its turn while nothing waits: refused then, it would
    // be refused for ever, and a caller that joins many in one call would starve by being busy.
    let hasTurn = waitingLive == 0 && waitingMax > 0
    guard hasTurn || waitingLive + items.count <= waitingMax else { return .refused(.overloaded) }
    let first = nextTicket
    for (item, waiter) in items {
      waiting.append(Entry(ticket: nextTicket, item: item, deadline: deadline, waiter: waiter))
      nextTicket += 1
    }
    waitingLive += items.count
    let start = !isWriting && !items.isEmpty
    if start { isWriting = true }
    var newAlarm: Deadline?
    if !deadline.isNever, alarm.map({ deadline < $0 }) ?? true {
      alarm = deadline
      newAlarm = deadline
    }
    return .accepted(first: first, start: start, alarm: newAlarm)
  }

  /// The next batch, or nil when nobody waits, whereupon the writer ends. `expired` are those whose
  /// deadline passed in the queue: they leave it without a trace.
  @inlinable public mutating func nextBatch(now: Deadline) -> (batch: [Item]?, expired: [Waiter]) {
    var expired: [Waiter] = []
    waiting.removeAll { entry in
      guard let waiter = entry.waiter else { return true }
      guard entry.deadline <= now else { return false }
      expired.append(waiter)
      return true
    }
    waitingLive = waiting.count
    guard !waiting.isEmpty else {
      isWriting = false
      return (nil, expired)
    }
    // Closures, because the runtime would look up a key path of a generic type for each batch.
    let count = BatchRules.take(waiting: waiting.lazy.map { $0.item }, caps: caps)
    inFlight = Array(waiting.prefix(count))
    waiting.removeFirst(count)
    waitingLive -= count
    return (inFlight.map { $0.item }, expired)
  }

  /// When the last of those whose items are in flight will have stopped waiting.
  @inlinable public var latestDeadline: Deadline {
    guard var latest = inFlight.first?.deadline else { return .never }
    for entry in inFlight where latest < entry.deadline { latest = entry.deadline }
    return latest
  }

  /// Who waits for each item of the batch in flight, in order; nil for those answered early.
  @inlinable public mutating func finish() -> [Waiter?] {
    defer { inFlight = [] }
    return inFlight.map { $0.waiter }
  }

  /// The waiter of `ticket`, when it still waits; it is not answered a second time.
  @inlinable public mutating func cancel(_ ticket: Ticket) -> Waiter? {
    if let index = Self.index(of: ticket, in: waiting) {
      guard let waiter = waiting[index].waiter else { return nil }
      waiting[index].waiter = nil
      waitingLive -= 1
      return waiter
    }
    guard let index = Self.index(of: ticket, in: inFlight) else { return nil }
    defer { inFlight[index].waiter = nil }
    return inFlight[index].waiter
  }

  /// Everybody whose deadline has passed, in the queue and in flight, and when to come again. What
  /// is in flight goes on: only its caller stops waiting.
  @inlinable public mutating func expire(now: Deadline) -> (expired: [Waiter], alarm: Deadline?) {
    var expired: [Waiter] = []
    var next: Deadline?
    for index in waiting.indices {
      guard let waiter = waiting[index].waiter else { continue }
      if waiting[index].deadline <= now {
        expired.append(waiter)
        waiting[index].waiter = nil
        waitingLive -= 1
      } else {
        next = min(next ?? .never, waiting[index].deadline)
      }
    }
    for index in inFlight.indices {
      guard let waiter = inFlight[index].waiter else { continue }
      if inFlight[index].deadline <= now {
        expired.append(waiter)
        inFlight[index].waiter = nil
      } else {
        next = min(next ?? .never, inFlight[index].deadline)
      }
    }
    alarm = next.flatMap { $0.isNever ? nil : $0 }
    return (expired, alarm)
  }

  /// Refuses everything from here on; what was accepted is still written.
  @inlinable public mutating func stop() {
    isStopping = true
  }

  @inlinable static func index(of ticket: Ticket, in entries: [Entry]) -> Int? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].ticket < ticket { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].ticket == ticket ? low : nil
  }
}
