internal import Contracts
internal import Operations
internal import Postgres
internal import RPC

/// Lists stock by ascending SKU. A page begins behind the last SKU of the page before, so rows that
/// come or go meanwhile move no other row to another page.
struct StockLister: Sendable {
  let pool: PostgresPool

  private static var filter: CanonicalBytes {
    var filter = CanonicalBytes()
    filter.string("inventory.v1.ListStock")
    return filter
  }

  func list(
    _ request: ListStockRequest, deadline: Deadline
  ) async throws(RPCError) -> ListStockResponse {
    let size: Int
    var after = ""
    do throws(InvalidRequest) {
      size = try PageSize.read(request.pageSize)
      if let position = try PageToken.read(request.pageToken, filter: Self.filter) {
        guard let sku = SKU(String(decoding: position, as: UTF8.self)) else {
          throw PageToken.invalid
        }
        after = sku.text
      }
    } catch {
      throw RPCError(error)
    }
    do throws(PostgresError) {
      let until = deadline.remaining.map { ContinuousClock.now + $0 }
      // One more than asked tells whether there is another page.
      let rows = try await pool.query(
        Self.selectPage(.text(after), .int64(Int64(size + 1))), deadline: until)
      var figures: [StockFigures] = []
      for row in rows { figures.append(try StockFigures(row)) }
      let hasMore = figures.count > size
      if hasMore { figures.removeLast() }
      let entries = try await pool.query(
        StockStatements.selectCatalogue(.textArray(figures.map(\.sku.text))), deadline: until)
      let catalogue = try CatalogueEntry.all(entries)
      var response = ListStockResponse()
      for stock in figures {
        guard let entry = catalogue[stock.sku] else { continue }
        response.items.append(StockFigure(SKUFigures(stock: stock, entry: entry)))
      }
      if hasMore, let last = figures.last {
        response.nextPageToken = PageToken.write(Array(last.sku.text.utf8), filter: Self.filter)
      }
      return response
    } catch {
      throw RPCError(WriteFailure(reading: error))
    }
  }

  static let selectPage = Statement(
    name: "stock_select_page",
    sql: """
      SELECT sku, on_hand, reserved, backorder_limit, version FROM stock
      WHERE sku > $1 ORDER BY sku LIMIT $2
      """)
}
