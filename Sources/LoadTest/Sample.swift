/// One request that has come to its end.
struct Sample: Equatable, Sendable {
  var kind: RequestKind
  var outcome: Outcome
  /// `ErrorInfo.reason` of a failure, if it gave one.
  var reason: String?
  var isExpected: Bool
  /// From the moment it was sent to the moment its end was known.
  var nanoseconds: UInt64
}
