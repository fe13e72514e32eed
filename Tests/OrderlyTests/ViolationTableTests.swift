import Contracts
import Testing

@testable import Orderly

@Suite struct ViolationTableTests {
  private let violations = [
    StockViolation(equation: "on_hand", sku: "TEA-1", expected: 120, found: 119),
    StockViolation(
      equation: "hold_lines", orderID: "01890a5d-ac96-774b-bcce-b302099a8057", expected: 1),
  ]

  @Test func `columns are as wide as what stands in them`() {
    #expect(
      ViolationTable.lines(violations) == [
        "EQUATION    SKU    ORDER                                 EXPECTED  FOUND",
        "on_hand     TEA-1  -                                     120       119",
        "hold_lines  -      01890a5d-ac96-774b-bcce-b302099a8057  1         0",
      ])
    #expect(ViolationTable.lines([]) == [])
  }

  @Test func `a violation is one JSON object`() {
    #expect(
      ViolationTable.json(violations[0])
        == #"{"equation":"on_hand","sku":"TEA-1","order_id":"","expected":120,"found":119}"#)
  }
}
