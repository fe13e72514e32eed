internal import Subprocess
internal import SystemPackage

extension ServerAccount {
  /// util-linux's program that becomes another user and then another program, without a shell.
  static let setpriv = "/usr/bin/setpriv"

  /// How to run one of PostgreSQL's programs: as the server's user, in the root directory, since
  /// that user may not be able to enter ours, and with an environment that changes nothing.
  func command(_ program: String, _ arguments: [String]) -> Configuration {
    var options = PlatformOptions()
    // A session of its own: a SIGINT typed at the terminal goes to the foreground process group,
    // and PostgreSQL would take it for a fast shutdown in the middle of our own drain.
    options.createSession = true
    var command = [program] + arguments
    if isSwitching {
      #if os(Linux)
        // Not by `options.userID`: that calls setgroups and setuid between fork and exec, where
        // glibc waits for every thread it believes to exist. One that was just being made in the
        // parent never answers in the child, and the child hangs for ever.
        command = becoming(command)
      #else
        options.userID = serverUserID
        options.groupID = serverGroupID
        options.supplementaryGroups = serverGroups
      #endif
    }
    return Configuration(
      executable: .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
      environment: Self.cleanEnvironment, workingDirectory: "/", platformOptions: options)
  }

  private func becoming(_ command: [String]) -> [String] {
    let groups = serverGroups.isEmpty ? [serverGroupID] : serverGroups
    return [
      Self.setpriv, "--reuid=\(serverUserID)", "--regid=\(serverGroupID)",
      "--groups=\(groups.map(String.init).joined(separator: ","))", "--inh-caps=-all",
    ] + command
  }

  /// `LC_ALL` keeps the programs' messages in the language this program reads.
  private static var cleanEnvironment: Environment {
    .custom(["PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"])
  }
}
