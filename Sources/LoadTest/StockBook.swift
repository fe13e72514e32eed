internal import Contracts
internal import RPC

/// How many pieces of each SKU of a workload are reserved, by rank.
struct StockBook: Equatable, Sendable {
  private(set) var reserved: [Int64]

  private static let pageSize: Int32 = 500

  static func read(
    from inventory: some InventoryService, _ catalogue: Catalogue
  ) async throws(RPCError) -> StockBook {
    let ranks = Dictionary(
      catalogue.names.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { one, _ in one })
    var book = StockBook(reserved: [Int64](repeating: 0, count: catalogue.names.count))
    var request = ListStockRequest()
    request.pageSize = pageSize
    repeat {
      let page = try await inventory.listStock(request, CallContext())
      for item in page.items {
        if let rank = ranks[item.sku] { book.reserved[rank] = item.reserved }
      }
      request.pageToken = page.nextPageToken
    } while !request.pageToken.isEmpty
    return book
  }

  /// What was reserved since an earlier reading; figures of a peer may be anything.
  func growth(since earlier: StockBook, rank: Int) -> Int64 {
    let (difference, overflow) = reserved[rank].subtractingReportingOverflow(earlier.reserved[rank])
    return overflow ? .max : difference
  }
}
