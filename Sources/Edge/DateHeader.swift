internal import Synchronization

/// The value of `Date`, made once a second and shared by all connections. (RFC 9110 §6.6.1)
final class DateHeader: Sendable {
  private struct Rendered {
    var second: Int64 = -1
    var text = ""
  }

  private let last = Mutex(Rendered())

  func value(millisecondsSince1970: UInt64 = WallClock.millisecondsSince1970()) -> String? {
    let second = Int64(clamping: millisecondsSince1970 / 1000)
    return last.withLock { last in
      if last.second != second {
        guard let time = CalendarTime(secondsSince1970: second) else { return nil }
        last.second = second
        last.text = time.imfFixdate
      }
      return last.text
    }
  }
}
