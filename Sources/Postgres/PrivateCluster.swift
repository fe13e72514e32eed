public import Logging

/// A PostgreSQL of our own for one machine: made with `initdb`, run as a plain user, reached over a
/// unix socket that no other user can open. It is the engine production runs, with the same
/// promises; only that nobody had to set it up.
///
/// The server is a session of its own and outlives this program when that is killed; the next one
/// finds it by its pid file and takes it over.
public actor PrivateCluster {
  let settings: PrivateClusterSettings
  let account: ServerAccount
  nonisolated let directory: DataDirectory
  let logger: Logger

  var lock: DirectoryLock?
  /// Waits for the server when this process started it. Nil for one that was taken over.
  var child: Task<Void, Never>?
  var serverProcessID: Int32?

  /// Looks up the users. Nothing is created before `start`.
  public init(
    settings: PrivateClusterSettings, logger: Logger = Logger(label: "postgres.private")
  ) throws(PrivateClusterError) {
    self.settings = settings
    self.logger = logger
    account = try ServerAccount.current(serverUser: settings.serverUser)
    directory = DataDirectory(settings, account)
  }

  /// Where the cluster and its log are.
  public nonisolated var dataDirectory: String { directory.path }

  /// The server's process id while it runs.
  public var processID: Int32? { serverProcessID }

  /// How to reach a database as the role of the same name.
  public nonisolated func connectionString(_ database: String) -> String {
    connectionString(database, role: database)
  }

  /// How to reach a database as the cluster's superuser: for tests and for work by hand.
  public nonisolated func administratorConnectionString(_ database: String) -> String {
    connectionString(database, role: Self.administrator)
  }

  static let administrator = "postgres"

  private nonisolated func connectionString(_ database: String, role: String) -> String {
    "host='\(directory.socketDirectory)' port=\(DataDirectory.port) "
      + "dbname='\(database)' user='\(role)'"
  }

  /// Brings the server up, making the cluster, the databases and the roles that are missing, and
  /// returns once it answers. A server left running by a program that was killed is taken over.
  public func start() async throws(PrivateClusterError) {
    guard lock == nil else { return }
    let binaries = try await PostgresBinaries.find(
      named: settings.binDirectory, path: settings.environment["PATH"])
    logger.info("PostgreSQL \(binaries.major) from \(binaries.directory)")
    try directory.prepare()
    lock = try DirectoryLock(directory)
    do throws(PrivateClusterError) {
      try await checkReach()
      try await makeCluster(binaries)
      try directory.prepareSocketDirectory()
      try writeAccessRules()
      try await startServer(binaries)
      try await makeDatabases()
    } catch {
      await stop()
      throw error
    }
  }

  /// Stops the server and gives the directory up. Returns within `stopMax` and two seconds.
  public func stop() async {
    guard let lock else { return }
    await stopServer()
    if settings.isEphemeral {
      for path in [directory.path, directory.socketDirectory] {
        do throws(PrivateClusterError) {
          try directory.remove(path)
        } catch {
          logger.warning("\(error)")
        }
      }
    }
    lock.release()
    self.lock = nil
  }
}
