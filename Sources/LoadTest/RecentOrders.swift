internal import Contracts

/// Orders of one worker that were answered of late, for requests that ask for one.
struct RecentOrders: Sendable {
  struct Entry: Equatable, Sendable {
    var id: OrderID
    var customer: UInt64
  }

  private var entries: [Entry] = []
  /// Where the oldest is once the ring is full.
  private var first = 0

  /// Enough that an order is rarely asked for twice in a row, little enough to stay in a cache.
  static let countMax = 4096

  mutating func add(_ entry: Entry) {
    guard entries.count == Self.countMax else { return entries.append(entry) }
    entries[first] = entry
    first = (first + 1) % Self.countMax
  }

  /// Any of them; nil before the first.
  func pick(_ choice: UInt64) -> Entry? {
    entries.isEmpty ? nil : entries[Int(choice % UInt64(entries.count))]
  }

  /// Takes the oldest out.
  mutating func takeOldest() -> Entry? {
    guard !entries.isEmpty else { return nil }
    let oldest = entries[first]
    // The newest takes its place: which of the others is oldest next does not matter.
    let newest = entries.removeLast()
    if first < entries.count { entries[first] = newest }
    first = entries.isEmpty ? 0 : (first + 1) % entries.count
    return oldest
  }
}
