import ArgumentParser
import Foundation

/// How late the system wakes a thread that does nothing but sleep: the least lag that a generator
/// can have that sleeps between its requests.
struct SleepLateness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sleep", abstract: "Sleeps until each 100 us for two seconds.",
    shouldDisplay: false)

  private static let pauseNanoseconds: UInt64 = 100_000
  private static let count = 20_000

  /// One line about a process of its own on a core.
  static func measured(on core: Int) throws -> String {
    try PinnedProcess(core: core, [CommandLine.arguments[0], "sleep"]).nextLine()
  }

  func run() throws {
    var late: [UInt64] = []
    var due = now()
    for _ in 0..<Self.count {
      due += Self.pauseNanoseconds
      let begin = now()
      if due > begin { usleep(UInt32((due - begin) / 1000)) }
      let woken = now()
      late.append(woken > due ? woken - due : 0)
    }
    late.sort()
    let shares = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)].map { name, share in
      let microseconds = Double(late[Int(share * Double(late.count - 1))]) / 1000
      return "\(name) \(String(format: "%.1f", microseconds)) us late"
    }
    print(shares.joined(separator: ", "))
  }

  private func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}
