import Contracts
import Operations

/// Rows that break a stock equation, for people and for programs.
enum ViolationTable {
  private static let head = ["EQUATION", "SKU", "ORDER", "EXPECTED", "FOUND"]

  /// A table whose columns are as wide as they need to be; nothing without a violation.
  static func lines(_ violations: [StockViolation]) -> [String] {
    guard !violations.isEmpty else { return [] }
    let rows =
      [head]
      + violations.map {
        [$0.equation, dash($0.sku), dash($0.orderID), String($0.expected), String($0.found)]
      }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      // The last column needs no room behind it.
      let cells = zip(row, widths).enumerated().map { column, cell in
        let room = column == row.count - 1 ? 0 : cell.1 - cell.0.count
        return cell.0 + String(repeating: " ", count: room)
      }
      return cells.joined(separator: "  ")
    }
  }

  /// One object a line. SKUs, ids and equations have no character that JSON escapes.
  static func json(_ violation: StockViolation) -> String {
    "{\"equation\":\"\(violation.equation)\",\"sku\":\"\(violation.sku)\","
      + "\"order_id\":\"\(violation.orderID)\",\"expected\":\(violation.expected),"
      + "\"found\":\(violation.found)}"
  }

  private static func dash(_ text: String) -> String { text.isEmpty ? "-" : text }
}
