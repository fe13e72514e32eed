/// What a client keeps of a call's request, so that another attempt can send it again.
///
///     keeping ──response headers──────────────────────────▶ committed
///        └──── more bytes than the call or its channel may keep ──▶
///
/// A committed call stays with its attempt, so nothing of it is kept any more. (gRFC A6)
public struct RetryBuffer: Sendable {
  private let bytesMax: Int
  public private(set) var isCommitted = false
  /// Messages that attempts were given, envelope and message each.
  public private(set) var messages: [[UInt8]] = []
  private var byteCount = 0

  /// - Parameter bytesMax: `retryBufferBytesMax`.
  public init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// An attempt is given more of a streamed request.
  public mutating func keep(_ more: [[UInt8]], _ budget: RetryBudget) {
    count(more.reduce(0) { $0 + $1.count }, budget)
    if !isCommitted { messages += more }
  }

  /// The same for a request that its owner keeps for as long as this is not committed.
  public mutating func count(_ more: Int, _ budget: RetryBudget) {
    if isCommitted { return }
    guard more <= bytesMax - byteCount, budget.take(more) else { return commit(budget) }
    byteCount += more
  }

  /// The caller may have seen the answer of this attempt, or the call has ended.
  public mutating func commit(_ budget: RetryBudget) {
    isCommitted = true
    messages = []
    if byteCount > 0 { budget.give(byteCount) }
    byteCount = 0
  }
}
