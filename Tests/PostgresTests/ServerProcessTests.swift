import Testing

@testable import Postgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ServerProcessTests {
  @Test(arguments: [
    ("77 (postgres) S 1 77 77 0", true), ("77 (postgres) R 1", true),
    ("77 (postgres) Z 1 77 77 0", false), ("77 (postgres) X 1", false),
    ("77 (sshd) S 1", false), ("77 (x) (postgres) S 1", false), ("77 (postgres)", false),
    ("77 )postgres( S", false), ("", false),
  ])
  func `only a running server counts`(stat: String, isRunning: Bool) {
    #expect(ServerProcess.isPostgres(stat: stat) == isRunning)
  }

  @Test(arguments: [nil, "", "x\n", "0\n", "-1\n", "99999999999\n"])
  func `a pid file that names nobody is none`(text: String?) {
    #expect(ServerProcess(pidFile: text) == nil)
  }

  /// After a crash the number may be another process's: here it is this one's.
  @Test(.enabled(if: isLinux)) func `a pid file that names somebody else is none`() {
    #expect(ServerProcess(pidFile: "\(getpid())\n/data\n") == nil)
  }

  private static let isLinux: Bool = {
    #if os(Linux)
      true
    #else
      false
    #endif
  }()
}
