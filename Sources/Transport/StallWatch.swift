/// Notices a call that stands still because of its peer: bytes wait for the peer's window, or a
/// message was begun and is not ended, and next to nothing moves. (CVE-2019-9511, CVE-2019-9517)
struct StallWatch {
  /// Less than this in the time allowed is no progress: a peer that takes a byte now and then
  /// would hold memory for as long as it likes.
  static let progressBytesMin = 1024

  private var since: UInt64?
  private var movedThen = 0

  /// - Parameters:
  ///   - moved: bytes received and sent on the call so far.
  ///   - isWaiting: whether it is the peer's turn.
  /// - Returns: whether the call has stood still for `limit`.
  mutating func look(now: UInt64, moved: Int, isWaiting: Bool, limit: Duration) -> Bool {
    guard isWaiting else {
      since = nil
      return false
    }
    guard let since, moved - movedThen < Self.progressBytesMin else {
      since = now
      movedThen = moved
      return false
    }
    return Duration.nanoseconds(Int64(clamping: now - min(now, since))) >= limit
  }
}
