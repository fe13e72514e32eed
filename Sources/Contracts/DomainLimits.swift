/// The limits that both services hold their callers to.
public enum DomainLimits {
  /// Pieces of one SKU in one order: large enough for a wholesaler, small enough for `integer`.
  public static let quantityMax: Int64 = 1_000_000
  /// Lines of one order as sent.
  public static let linesPerOrderMax = 100
  /// Items of one CheckStock, ReserveStock or AdjustStock.
  public static let itemsPerCallMax = 1_000
  /// Amounts and figures on hand stop at 2^53 - 1, the last whole number that every JSON reader
  /// keeps exact.
  public static let amountMax: Int64 = 9_007_199_254_740_991
}
