internal import FoundationEssentials

/// The time of day. Only what is shown to people takes it; waiting goes by a monotonic clock.
enum WallClock {
  static func millisecondsSince1970() -> UInt64 {
    let seconds = Date().timeIntervalSince1970
    return seconds > 0 ? UInt64(exactly: (seconds * 1000).rounded(.down)) ?? 0 : 0
  }
}
