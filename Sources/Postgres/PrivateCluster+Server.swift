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

  /// How long the server may take after it was told to stop at once.
  private static let abortMax: Duration = .seconds(2)

  /// Returns once the server answers.
  ///
  /// There may be a server already, left by a program that was killed, or one that is just going
  /// down, or children of one that was killed, on which a new server waits. So each turn first
  /// asks whether one answers and starts one only when none is alive.
  func startServer(_ binaries: PostgresBinaries) async throws(PrivateClusterError) {
    let end = ContinuousClock.now + settings.startMax
    var isStarted = false
    while true {
      if try await answers() {
        serverProcessID = livingServer()
        if !isStarted { logger.info("took over the running PostgreSQL") }
        return
      }
      if child == nil && livingServer() == nil {
        if isStarted && !isWaitingForOthers {
          throw PrivateClusterError(.startFailed(log: directory.logTail()))
        }
        isStarted = true
        try spawnServer(binaries)
      }
      guard ContinuousClock.now < end else {
        throw PrivateClusterError(.startFailed(log: directory.logTail()))
      }
      try? await Task.sleep(for: Self.lookAgain)
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

  /// The process named by the server's pid file, if there is one. Its number may have been given
  /// to another process since, which the server itself finds out when it starts.
  private func livingServer() -> Int32? {
    guard let text = directory.text(of: directory.cluster + "/postmaster.pid"),
      let number = text.split(separator: "\n").first.flatMap({ Int32($0) }), number > 0,
      Self.isAlive(number)
    else { return nil }
    return number
  }

  private static func isAlive(_ process: Int32) -> Bool {
    kill(process, 0) == 0 || errno == EPERM
  }

  private func spawnServer(_ binaries: PostgresBinaries) throws(PrivateClusterError) {
    let log = try directory.openLog()
    let configuration = configuration(binaries.postgres, serverArguments)
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
    guard let process = livingServer() else { return }
    for (signal, limit) in [(SIGINT, settings.stopMax), (SIGQUIT, Self.abortMax)] {
      guard kill(process, signal) == 0 else { break }
      if await hasEnded(process, within: limit) { break }
      logger.warning("PostgreSQL did not stop within \(limit) after signal \(signal)")
    }
    serverProcessID = nil
  }

  private func hasEnded(_ process: Int32, within limit: Duration) async -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if child == nil && !Self.isAlive(process) { return true }
      // Not cancellable: a program that is told twice to stop still has to stop its server.
      await Task.detached { try? await Task.sleep(for: Self.lookAgain) }.value
    }
    return !Self.isAlive(process)
  }
}
