internal import Contracts
internal import Operations

/// What the one stream of writes is asked for.
enum OrderWrite: Batchable, Sendable {
  case place(NewOrder)
  case cancel(Cancellation)

  var lineCount: Int {
    switch self {
    case .place(let order): order.lines.count
    case .cancel: 1
    }
  }

  /// No stock is touched here, so the cap on SKUs has nothing to count.
  var skus: [SKU] { [] }
}

/// What became of an order that was to be written.
enum OrderWritten: Sendable, Equatable {
  case placed
  /// There was a row of this id already; nothing was written.
  case stored(StoredOrder)
  case cancellation(CancellationOutcome)
}
