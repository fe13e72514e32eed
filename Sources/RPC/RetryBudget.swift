/// How many bytes the calls of one channel keep for further attempts, all together. It lives on the
/// channel's event loop.
public final class RetryBudget {
  private let bytesMax: Int
  /// Kept right now.
  public private(set) var byteCount = 0

  public init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// - Returns: whether that many more fit, and are counted.
  func take(_ more: Int) -> Bool {
    guard more <= bytesMax - byteCount else { return false }
    byteCount += more
    return true
  }

  func give(_ count: Int) { byteCount -= count }
}
