internal import Contracts

/// A point in time by a service's clock; without one, the beginning of all.
struct Moment: Comparable, Sendable {
  var seconds: Int64 = .min
  var nanoseconds: Int32 = 0

  init() {}

  init(_ timestamp: Timestamp?) {
    guard let timestamp else { return }
    seconds = timestamp.seconds
    nanoseconds = timestamp.nanos
  }

  static func < (one: Moment, other: Moment) -> Bool {
    (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
  }
}
