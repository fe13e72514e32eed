/// The schedule of an open loop: when each request is meant to be sent, in exact integers.
///
/// The i-th intended time is start + floor(i × 10^9 / rate) ns, computed from `i` each time. Adding
/// a rounded gap instead would drift: at 3/s by one nanosecond per request, at 1M/s over a day by
/// as much as the clock is wrong.
struct Pacer: Equatable, Sendable {
  let startNanoseconds: UInt64
  let rate: LoadRate

  /// Nanoseconds in a thousand seconds, because the rate is kept per thousand seconds.
  private static let scale: UInt64 = 1_000_000_000_000

  /// The intended time of request `index`; the end of time when it does not fit 64 bits.
  func intended(_ index: UInt64) -> UInt64 {
    let product = index.multipliedFullWidth(by: Self.scale)
    guard product.high < rate.perThousandSeconds else { return .max }
    let offset = rate.perThousandSeconds.dividingFullWidth(product).quotient
    let (time, overflow) = startNanoseconds.addingReportingOverflow(offset)
    return overflow ? .max : time
  }

  /// How many requests have an intended time before start + `length`: those a run offers.
  func count(within length: LoadDuration) -> UInt64 { count(before: length.nanoseconds) }

  /// How many requests are due at `now`: all with an intended time up to and including it.
  func due(at now: UInt64) -> UInt64 {
    guard now >= startNanoseconds else { return 0 }
    let (offset, overflow) = (now - startNanoseconds).addingReportingOverflow(1)
    return count(before: overflow ? .max : offset)
  }

  /// How many i have floor(i × scale / rate) < offset, which is i < offset × rate / scale.
  func count(before offset: UInt64) -> UInt64 {
    let product = offset.multipliedFullWidth(by: rate.perThousandSeconds)
    guard product.high < Self.scale else { return .max }
    let (whole, rest) = Self.scale.dividingFullWidth(product)
    return rest == 0 ? whole : whole + 1
  }
}
