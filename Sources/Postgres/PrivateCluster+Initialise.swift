internal import Logging
internal import Subprocess
internal import SystemPackage

/// Making the cluster, the rules of who may connect, the roles and the databases.
extension PrivateCluster {
  /// Fails when the server's user cannot get to the directory, for example below `/root`.
  func checkReach() async throws(PrivateClusterError) {
    guard account.isSwitching else { return }
    let script = #"cd "$1" && test -w ."#
    let result = try? await Subprocess.run(
      account.command("/bin/sh", ["-c", script, "sh", directory.path]),
      output: .discarded, error: .discarded)
    guard result?.terminationStatus.isSuccess == true else {
      throw PrivateClusterError(
        .noPermission(
          path: directory.path,
          fix: "user \(account.serverName), whom PostgreSQL runs as, cannot reach it; "
            + "choose another with --data-dir, such as /var/lib/orderly"))
    }
  }

  /// Runs `initdb` beside the place of the cluster, so that one cut short is never taken for whole.
  func makeCluster(_ binaries: PostgresBinaries) async throws(PrivateClusterError) {
    if let version = directory.text(of: directory.cluster + "/PG_VERSION") {
      let major = String(version.prefix { !$0.isWhitespace })
      guard major == "\(binaries.major)" else {
        throw PrivateClusterError(.wrongVersion(cluster: major, binaries: "\(binaries.major)"))
      }
      return
    }
    try directory.remove(directory.unfinishedCluster)
    var arguments = [
      "--pgdata=\(directory.unfinishedCluster)", "--username=\(Self.administrator)",
      "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8", "--locale=C",
      "--data-checksums", "--no-instructions",
    ]
    if settings.durability == .none { arguments.append("--no-sync") }
    logger.info("making a PostgreSQL cluster in \(directory.cluster)")
    let output: String
    do {
      let result = try await Subprocess.run(
        account.command(binaries.initdb, arguments), output: .string(limit: 64 * 1024),
        error: .combinedWithOutput)
      output = result.terminationStatus.isSuccess ? "" : result.standardOutput
      guard output.isEmpty, result.terminationStatus.isSuccess else {
        throw PrivateClusterError(.initFailed(output: output))
      }
    } catch let error as PrivateClusterError {
      throw error
    } catch {
      throw PrivateClusterError(.initFailed(output: "\(error)"))
    }
    try directory.adoptUnfinishedCluster()
  }

  /// Who may connect: the users that run this program and the server, as any role, and nobody else.
  /// Peer authentication asks the system who is at the other end of the socket.
  func writeAccessRules() throws(PrivateClusterError) {
    var users = [account.clientName]
    if account.serverName != account.clientName { users.append(account.serverName) }
    let roles = [Self.administrator] + settings.databases
    let map = users.flatMap { user in
      roles.map { "orderly \(Self.quoted(user)) \(Self.quoted($0))\n" }
    }
    for (name, text) in [
      ("pg_hba.conf", "local all all peer map=orderly\n"), ("pg_ident.conf", map.joined()),
    ] {
      let path = directory.cluster + "/" + name
      try directory.write(text, to: path)
      if account.isSwitching { try directory.makePrivate(path) }
    }
  }

  /// A word of PostgreSQL's configuration files and an SQL identifier are quoted alike.
  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// A role for each database, which owns it and can connect to no other.
  func makeDatabases() async throws(PrivateClusterError) {
    do throws(PostgresError) {
      let connection = try administratorConnection()
      try await connection.connect()
      for name in settings.databases {
        try await Self.ignoring(.duplicateObject) { () async throws(PostgresError) in
          try await connection.script("CREATE ROLE \(Self.quoted(name)) LOGIN")
        }
        try await Self.ignoring(.duplicateDatabase) { () async throws(PostgresError) in
          try await connection.script(
            "CREATE DATABASE \(Self.quoted(name)) OWNER \(Self.quoted(name))")
        }
        // Repeated at each start, in case the first one was cut off between the two commands.
        try await connection.script("REVOKE ALL ON DATABASE \(Self.quoted(name)) FROM PUBLIC")
      }
      try await connection.script("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
      await connection.close()
    } catch {
      throw PrivateClusterError(.database(error))
    }
  }

  func administratorConnection() throws(PostgresError) -> PostgresConnection {
    try PostgresConnection(
      connectionString: administratorConnectionString("postgres"), logger: logger)
  }

  private static func ignoring(
    _ state: SQLState, _ body: () async throws(PostgresError) -> Void
  ) async throws(PostgresError) {
    do throws(PostgresError) {
      try await body()
    } catch {
      guard error.sqlState == state else { throw error }
    }
  }
}
