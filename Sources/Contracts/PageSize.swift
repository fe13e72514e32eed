/// How many entries a page of a list holds.
public enum PageSize {
  public static let whenUnset = 50
  /// A page is read and encoded at once; more would only make it slow.
  public static let max = 500

  /// - Throws: for less than none.
  public static func read(_ asked: Int32) throws(InvalidRequest) -> Int {
    guard asked >= 0 else { throw InvalidRequest("page_size", "must not be negative") }
    return asked == 0 ? whenUnset : min(Int(asked), max)
  }
}
