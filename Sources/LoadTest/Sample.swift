/// One request that has come to its end.
struct Sample: Equatable, Sendable {
  var kind: RequestKind
  var outcome: Outcome
  /// `ErrorInfo.reason` of a failure, if it gave one.
  var reason: String?
  var isExpected: Bool
  var times: RequestTimes
}
