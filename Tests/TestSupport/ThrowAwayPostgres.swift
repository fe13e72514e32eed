internal import Foundation
internal import Logging
public import Postgres

/// A real PostgreSQL for the tests of one process, started when the first test asks for it, with a
/// fresh database for each that wants one. Nothing has to run beforehand, as root or as a plain
/// user, and nothing is left behind, however the process ends: a watchdog sees to that.
public actor ThrowAwayPostgres {
  public static let shared = ThrowAwayPostgres()

  private var starting: Task<PrivateCluster, any Error>?
  private var administrator: PostgresConnection?
  private var databaseCount = 0
  private let keepsFiles: Bool

  /// Tests run side by side, each with a few connections.
  private static let connectionsMax = 400

  /// - Parameter keepsFiles: for a test that kills the server and wants it back: its files outlive
  ///   a stop, though not the test run.
  public init(keepsFiles: Bool = false) { self.keepsFiles = keepsFiles }

  /// The server, which is started by the first call.
  public func cluster() async throws -> PrivateCluster {
    if let starting { return try await starting.value }
    let task = Task {
      var settings = PrivateClusterSettings(environment: ProcessInfo.processInfo.environment)
      settings.isEphemeral = !keepsFiles
      if keepsFiles { settings.dataDirectory = "/tmp/orderly-test-\(UUID().uuidString)" }
      settings.databases = []
      // What the tests ask is not whether a disk keeps its word, and fsync takes most of the time.
      settings.durability = .none
      settings.serverOptions = ["max_connections": "\(Self.connectionsMax)"]
      var logger = Logger(label: "throw-away-postgres")
      logger.logLevel = .warning
      let cluster = try PrivateCluster(settings: settings, logger: logger)
      try await Watchdog.shared.willUse(cluster.dataDirectory)
      try await cluster.start()
      return cluster
    }
    starting = task
    return try await task.value
  }

  /// Makes an empty database that no other test has, and answers how to connect to it as the
  /// server's superuser. It sorts text by bytes, as a database of Orderly must.
  public func makeDatabase() async throws -> String {
    let cluster = try await cluster()
    let administrator = try administrator ?? connection(to: cluster)
    self.administrator = administrator
    // Two first callers may both come here; the connection takes one after the other.
    if !administrator.isOpen { try await administrator.connect() }
    databaseCount += 1
    let name = "test_\(databaseCount)"
    try await administrator.script("CREATE DATABASE \(name)")
    return Self.unhurried(cluster.administratorConnectionString(name))
  }

  /// Starts a server that was killed again, on what it left, and returns once it answers.
  public func restart() async throws {
    let cluster = try await cluster()
    await administrator?.close()
    administrator = nil
    await cluster.stop()
    try await cluster.start()
  }

  private func connection(to cluster: PrivateCluster) throws -> PostgresConnection {
    try PostgresConnection(
      connectionString: Self.unhurried(cluster.administratorConnectionString("postgres")))
  }

  /// A machine that compiles and runs hundreds of tests at once may take its time to connect.
  private static func unhurried(_ target: String) -> String { target + " connect_timeout=60" }
}

extension ThrowAwayPostgres {
  /// The socket file of the server that a connection string names.
  public static func socketPath(of target: String) -> String {
    let words = target.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1) }
    func value(_ name: String) -> String {
      let word = words.first { $0.first.map(String.init) == name }
      return String(word?.last ?? "").filter { $0 != "'" }
    }
    return "\(value("host"))/.s.PGSQL.\(value("port"))"
  }
}
