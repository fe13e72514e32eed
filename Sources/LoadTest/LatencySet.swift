/// One set of requests by both clocks.
public struct LatencySet: Equatable, Sendable {
  /// Empty in a closed loop.
  public private(set) var fromSchedule = LatencyHistogram()
  public private(set) var fromSend = LatencyHistogram()

  mutating func record(_ times: RequestTimes) {
    fromSend.record(times.fromSend)
    if let nanoseconds = times.fromSchedule { fromSchedule.record(nanoseconds) }
  }

  mutating func add(_ other: LatencySet) {
    fromSchedule.add(other.fromSchedule)
    fromSend.add(other.fromSend)
  }

  mutating func reset() {
    fromSchedule.reset()
    fromSend.reset()
  }

  public var count: UInt64 { fromSend.count }

  /// The one that promises are measured by: from the schedule where there is one.
  public var judged: LatencyHistogram { fromSchedule.count > 0 ? fromSchedule : fromSend }
}
