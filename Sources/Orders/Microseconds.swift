/// A moment in whole microseconds since 1970 UTC, which is exactly what `timestamptz` keeps: a
/// moment cut to them before anybody sees it is the same before and after the database.
struct Microseconds: Hashable, Sendable, Comparable {
  let sinceEpoch: Int64

  static func < (one: Microseconds, other: Microseconds) -> Bool {
    one.sinceEpoch < other.sinceEpoch
  }
}
