/// A budget that refills with time, up to a burst. The clock is the caller's.
struct TokenBucket: Sendable {
  /// A token is counted in billionths, so that nanoseconds times tokens a second need no division.
  private static let unit: UInt64 = 1_000_000_000

  private let capacity: UInt64
  private let refillPerSecond: UInt64
  private var balance: UInt64
  private var refilledAt: UInt64

  init(_ allowance: AbuseLedger.Allowance, now: UInt64) {
    capacity = UInt64(allowance.burst) * Self.unit  // UInt32 times a billion fits.
    refillPerSecond = UInt64(allowance.refillPerSecond)
    balance = capacity
    refilledAt = now
  }

  /// Whole tokens left at the time of the last `spend`.
  var tokens: UInt64 { balance / Self.unit }

  /// Takes one token; false when there is none.
  mutating func spend(now: UInt64) -> Bool {
    refill(now: now)
    guard balance >= Self.unit else { return false }
    balance -= Self.unit
    return true
  }

  @inline(__always) mutating func credit(_ tokens: UInt32) {
    balance = min(capacity, balance + UInt64(tokens) * Self.unit)
  }

  private mutating func refill(now: UInt64) {
    guard now > refilledAt else { return }
    let (earned, overflow) = (now - refilledAt).multipliedReportingOverflow(by: refillPerSecond)
    refilledAt = now
    // An idle connection of years is simply full.
    balance = overflow || earned > capacity - balance ? capacity : balance + earned
  }
}
