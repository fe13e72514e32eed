@testable import LoadTest

extension Sample {
  /// A request of a closed loop that took this long from send.
  init(
    kind: RequestKind, outcome: Outcome, reason: String? = nil, isExpected: Bool,
    nanoseconds: UInt64
  ) {
    self.init(
      kind: kind, outcome: outcome, reason: reason, isExpected: isExpected,
      times: RequestTimes(
        intended: nil, picked: 0, hasWaited: false, wire: WireTimes(at: 0, end: nanoseconds)))
  }
}
