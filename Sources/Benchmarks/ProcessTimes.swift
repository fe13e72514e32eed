import Foundation

/// What the kernel says of a process: its parent, and its processor time, user and system.
struct ProcessTimes {
  let parent: Int32
  let seconds: Double

  /// Nil when there is no such process.
  init?(processID: Int32) {
    let path = URL(filePath: "/proc/\(processID)/stat")
    guard let text = try? String(contentsOf: path, encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    // The name, which may hold anything, ends at the last bracket; the state follows.
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let parent = Int32(fields[1]), let user = Double(fields[11]),
      let system = Double(fields[12])
    else { return nil }
    self.parent = parent
    seconds = (user + system) / 100  // The kernel's clock ticks are hundredths on every Linux.
  }
}
