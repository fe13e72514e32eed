internal import Contracts
internal import Operations
internal import RPC

/// What goes through the write stream.
enum StockWrite: Batchable {
  case hold(HoldRequest)
  case change(StockChange)
  /// Ends what is held under these ids.
  case release([OrderID])
  /// A look after the stream itself.
  case beat

  var lineCount: Int {
    switch self {
    case .hold(let hold): hold.lines.count
    case .change(let change): change.items.count
    case .release, .beat: 0
    }
  }

  var skus: [SKU] {
    switch self {
    case .hold(let hold): hold.lines.map(\.sku)
    case .change(let change): change.items.map(\.sku)
    case .release, .beat: []
    }
  }

  /// A change and a release decide by what they find under their own locks, so each is a
  /// transaction of its own.
  var ridesAlone: Bool {
    switch self {
    case .hold: false
    case .change, .release, .beat: true
    }
  }
}

/// What became of it.
enum StockWritten: Sendable {
  case hold(HoldAnswer)
  case change(StockChangeAnswer)
  /// How many holds were released.
  case released(Int)
  case beat
}

extension StockStore {
  /// Writes a batch: holds, or one change.
  /// - Parameter deadline: when the last of them will have stopped waiting.
  func write(
    _ batch: [StockWrite], until deadline: Deadline = .never
  ) async -> [Result<StockWritten, WriteFailure>] {
    var store = self
    store.deadline = deadline
    return await store.writeInTime(batch)
  }

  private func writeInTime(
    _ batch: [StockWrite]
  ) async -> [Result<StockWritten, WriteFailure>] {
    switch batch.first {
    case .change(let change): return [await apply(change).map(StockWritten.change)]
    case .release(let ids): return [await release(ids).map(StockWritten.released)]
    case .beat:
      await stream.beat()
      return [.success(.beat)]
    case .hold, nil: break
    }
    // Who is not the writer could only tell its callers so after it had asked the database.
    if let lease, !lease.isOwner { return batch.map { _ in .failure(.notWriter) } }
    var holds: [HoldRequest] = []
    holds.reserveCapacity(batch.count)
    for case .hold(let hold) in batch { holds.append(hold) }
    return await take(holds).map { $0.map(StockWritten.hold) }
  }
}
