#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The process that a server's pid file names.
struct ServerProcess: Sendable, Equatable {
  let id: Int32

  /// Nil without a file, and when what it names is no running PostgreSQL: after a crash the number
  /// may belong to any other process by now, which must neither be waited for nor be told to stop.
  init?(pidFile text: String?) {
    guard let line = text?.split(separator: "\n").first, let id = Int32(line), id > 0 else {
      return nil
    }
    self.id = id
    guard isRunning else { return nil }
  }

  var isRunning: Bool {
    #if os(Linux)
      // Open to everyone, unlike the link to the program; and a process that has ended but that
      // nobody has waited for, as happens in containers, answers to `kill` and is told apart here.
      guard let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat") else {
        return false
      }
      return Self.isPostgres(stat: String(decoding: stat, as: UTF8.self))
    #else
      return kill(id, 0) == 0 || errno == EPERM
    #endif
  }

  /// `1234 (postgres) S …`, where Z and X would be the states of one that has ended (proc(5)).
  static func isPostgres(stat: String) -> Bool {
    guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"),
      open < close, stat[open...close] == "(postgres)",
      let state = stat[close...].dropFirst().first(where: { $0 != " " })
    else { return false }
    return state != "Z" && state != "X"
  }
}
