/// Stops a client from repeating calls when most of them fail: a server that is down for want of
/// capacity must not get several times the load. One for each target. (gRFC A6)
public struct RetryThrottle: Sendable, Equatable {
  private let maxMillitokens: Int
  private let ratioMillitokens: Int
  private var millitokens: Int

  /// - Parameters:
  ///   - maxTokens: above 0 and at most 1000; nil without such a number.
  ///   - tokenRatio: what a success gives back, to three decimals, above 0.
  public init?(maxTokens: Int, tokenRatio: Double) {
    guard maxTokens > 0, maxTokens <= 1000, tokenRatio > 0, tokenRatio <= 1000 else { return nil }
    maxMillitokens = maxTokens * 1000
    ratioMillitokens = Int((tokenRatio * 1000).rounded(.down))
    guard ratioMillitokens > 0 else { return nil }
    millitokens = maxMillitokens
  }

  /// Ten tokens and a tenth for a success, as gRPC's documents suggest.
  public init() {
    maxMillitokens = 10_000
    ratioMillitokens = 100
    millitokens = maxMillitokens
  }

  /// More than half of the tokens are left.
  public var allowsRetry: Bool { millitokens > maxMillitokens / 2 }

  mutating func failed() { millitokens = max(0, millitokens - 1000) }
  mutating func succeeded() { millitokens = min(maxMillitokens, millitokens + ratioMillitokens) }
}
