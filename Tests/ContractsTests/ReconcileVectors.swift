import Contracts

/// The values of Tests/Vectors for inventory.v1.Inventory.ReconcileStock.
enum ReconcileVectors {
  static let all: [Vector] = [request, violation, response].flatMap(\.self)

  static let request = Vector.of(
    "inventory.v1.ReconcileStockRequest",
    [
      "empty": ReconcileStockRequest(),
      "typical": ReconcileStockRequest(limit: 50),
      "lowest": ReconcileStockRequest(limit: .min),
      "highest": ReconcileStockRequest(limit: .max),
      "unicode": ReconcileStockRequest(limit: -1),
    ])

  static let violation = Vector.of(
    "inventory.v1.StockViolation",
    [
      "empty": StockViolation(),
      "typical": StockViolation(equation: "reserved", sku: "TEA-1", expected: 7, found: 8),
      "lowest": StockViolation(
        equation: "\n", sku: "\u{0}", orderID: "\"", expected: .min, found: .min),
      "highest": StockViolation(
        equation: "hold_lines", orderID: "01890a5d-ac96-774b-bcce-b302099a8057", expected: .max,
        found: .max),
      "unicode": StockViolation(
        equation: "é", sku: "茶", orderID: "☕️", expected: -1, found: -1),
    ])

  static let response = Vector.of(
    "inventory.v1.ReconcileStockResponse",
    [
      "empty": ReconcileStockResponse(),
      "typical": ReconcileStockResponse(
        violations: [
          StockViolation(equation: "on_hand", sku: "TEA-1", expected: 120, found: 119)
        ], skusChecked: 3, holdsChecked: 9),
      "lowest": ReconcileStockResponse(
        violations: [StockViolation()], skusChecked: .min, holdsChecked: .min),
      "highest": ReconcileStockResponse(
        truncated: true, skusChecked: .max, holdsChecked: .max),
      "unicode": ReconcileStockResponse(
        violations: [StockViolation(sku: "茶"), StockViolation()], truncated: true,
        skusChecked: -1, holdsChecked: -1),
    ])
}
