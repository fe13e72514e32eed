internal import Foundation

/// How much processor time one thread has used, as the kernel counts it.
struct ThreadClock: Sendable {
  private let path: String

  /// Of the thread that calls; nil where the system does not tell.
  static func current() -> ThreadClock? {
    // "1234/task/1235", the process and the thread.
    let files = FileManager.default
    guard let link = try? files.destinationOfSymbolicLink(atPath: "/proc/thread-self"),
      let thread = link.split(separator: "/").last
    else { return nil }
    let clock = ThreadClock(path: "/proc/self/task/\(thread)/schedstat")
    return clock.nanoseconds() == nil ? nil : clock
  }

  func nanoseconds() -> UInt64? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: " ").first.flatMap { UInt64($0) }
  }
}
