internal import Contracts
internal import Operations
internal import RPC

/// What goes through the write stream.
enum StockWrite: Batchable {
  case hold(HoldRequest)
  case change(StockChange)

  var lineCount: Int {
    switch self {
    case .hold(let hold): hold.lines.count
    case .change(let change): change.items.count
    }
  }

  var skus: [SKU] {
    switch self {
    case .hold(let hold): hold.lines.map(\.sku)
    case .change(let change): change.items.map(\.sku)
    }
  }

  /// A change decides by what it finds under its own locks, so it is a transaction of its own.
  var ridesAlone: Bool {
    switch self {
    case .hold: false
    case .change: true
    }
  }
}

/// What became of it.
enum StockWritten: Sendable {
  case hold(HoldAnswer)
  case change(StockChangeAnswer)
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
    if case .change(let change)? = batch.first {
      return [await apply(change).map(StockWritten.change)]
    }
    var holds: [HoldRequest] = []
    holds.reserveCapacity(batch.count)
    for case .hold(let hold) in batch { holds.append(hold) }
    return await take(holds).map { $0.map(StockWritten.hold) }
  }
}
