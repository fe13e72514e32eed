internal import Logging
internal import Subprocess
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Starting, taking over and stopping the server process.
extension PrivateCluster {
  private static let lookAgain: Duration = .milliseconds(20)

  /// Between two tries to start a server while the rest of an earlier one goes.
  private static let spawnAgain: Duration = .milliseconds(200)

  /// How long the server may take after it was told to stop at once.
  private static let abortMax: Duration = .seconds(2)

  /// Returns once the server answers.
  ///
  /// There may be a server already, left by a program that was killed, or one that is just going
  /// down, or children of one that was killed, on which a new server has to wait. Whether a new
  /// one may begin is for PostgreSQL to say, which looks more closely than we could; when it says
  /// no because of such a rest, it is asked again.
  func startServer(_ binaries: PostgresBinaries) async throws(PrivateClusterError) {
    let end = ContinuousClock.now + settings.startMax
    var nextSpawn = ContinuousClock.now
    var isStarted = false
    while true {
      if try await answers() {
        serverProcessID = runningServer?.id
        logger.info(isStarted ? "PostgreSQL is up" : "took over the running PostgreSQL")
        return
      }
      let now = ContinuousClock.now
      if child == nil && nextSpawn <= now {
        if isStarted && !isWaitingForOthers {
          throw PrivateClusterError(.startFailed(log: directory.logTail()))
        }
        isStarted = true
        nextSpawn = now + Self.spawnAgain
        try spawnServer(binaries)
      }
      guard now < end else { throw PrivateClusterError(.startFailed(log: directory.logTail())) }
      do {
        try await Task.sleep(for: Self.lookAgain)
      } catch {
        throw PrivateClusterError(.database(PostgresError(.cancelled)))
      }
    }
  }

  private func answers() async throws(PrivateClusterError) -> Bool {
    do throws(PostgresError) {
      let connection = try administratorConnection()
      try await connection.connect()
      await connection.close()
      return true
    } catch {
      switch error.reason {
      case .connectFailed: return false
      default: throw PrivateClusterError(.database(error))
      }
    }
  }

  /// The last start ended because of what an earlier server has left, which will go by itself.
  private var isWaitingForOthers: Bool {
    directory.logTail(lines: 5).contains {
      $0.contains("pre-existing shared memory block") || $0.contains(#""postmaster.pid" already"#)
    }
  }

  private var runningServer: ServerProcess? {
    ServerProcess(pidFile: directory.text(of: directory.cluster + "/postmaster.pid"))
  }

  private func spawnServer(_ binaries: PostgresBinaries) throws(PrivateClusterError) {
    let log = try directory.openLog()
    let configuration = account.command(binaries.postgres, serverArguments)
    let logger = logger
    child = Task {
      do {
        let result = try await Subprocess.run(
          configuration, output: .fileDescriptor(log, closeAfterSpawningProcess: true),
          error: .combinedWithOutput)
        logger.info("PostgreSQL ended: \(result.terminationStatus)")
      } catch {
        logger.error("cannot run PostgreSQL: \(error)")
      }
      childEnded()
    }
  }

  private func childEnded() {
    child = nil
    serverProcessID = nil
  }

  private var serverArguments: [String] {
    let isDurable = settings.durability == .full
    let ours = [
      "listen_addresses": "",
      "unix_socket_directories": directory.socketDirectory,
      "unix_socket_permissions": "0700",
      "port": "\(DataDirectory.port)",
      "logging_collector": "off",
      "log_destination": "stderr",
      "cluster_name": "orderly",
      "synchronous_commit": "on",
      "fsync": isDurable ? "on" : "off",
      "full_page_writes": isDurable ? "on" : "off",
    ]
    let options = settings.serverOptions.merging(ours) { _, ours in ours }
    return ["-D", directory.cluster]
      + options.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
  }

  /// SIGINT is PostgreSQL's fast shutdown: sessions are ended, everything is written. SIGQUIT is
  /// its immediate one, after which the next start recovers from the log.
  func stopServer() async {
    guard let server = runningServer else { return }
    for (signal, limit) in [(SIGINT, settings.stopMax), (SIGQUIT, Self.abortMax)] {
      guard kill(server.id, signal) == 0 else { break }
      if await hasEnded(server, within: limit) { break }
      logger.warning("PostgreSQL did not stop within \(limit) after signal \(signal)")
    }
    serverProcessID = nil
  }

  private func hasEnded(_ server: ServerProcess, within limit: Duration) async -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if child == nil && !server.isRunning { return true }
      // Not cancellable: a program that is told twice to stop still has to stop its server.
      await Task.detached { try? await Task.sleep(for: Self.lookAgain) }.value
    }
    return !server.isRunning
  }
}
