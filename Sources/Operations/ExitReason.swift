/// What a process says with its exit code; from 64 on the numbers are those of sysexits.h.
public enum ExitReason: Int32, CaseIterable, Sendable {
  case done = 0
  /// Unexpected; nothing below says it better.
  case failed = 1
  /// What was asked to be checked does not hold.
  case checkFailed = 3
  case wrongCommandLine = 64
  /// Something needed is missing: PostgreSQL, a database, a peer.
  case unavailable = 69
  case internalError = 70
  /// The system refused, for example an address in use.
  case systemRefused = 71
  case cannotCreate = 73
  case inputOutput = 74
  /// Another process has it now.
  case inUse = 75
  case noPermission = 77
  case wrongConfiguration = 78
  /// Ended by a second SIGINT or SIGTERM: 128 and the signal's number, as shells have it.
  case interrupted = 130
  case terminated = 143
}
