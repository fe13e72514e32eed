internal import Foundation
internal import Logging
public import Postgres

/// A real PostgreSQL for the tests of one process, started when the first test asks for it, with a
/// fresh database for each that wants one. Nothing has to run beforehand, as root or as a plain
/// user, and nothing is left behind, however the process ends: a watchdog sees to that.
public actor ThrowAwayPostgres {
  public static let shared = ThrowAwayPostgres()

  private var starting: Task<PrivateCluster, any Error>?
  private var databaseCount = 0

  /// The server, which is started by the first call.
  public func cluster() async throws -> PrivateCluster {
    if let starting { return try await starting.value }
    let task = Task {
      var settings = PrivateClusterSettings(environment: ProcessInfo.processInfo.environment)
      settings.isEphemeral = true
      settings.databases = []
      // What the tests ask is not whether a disk keeps its word, and fsync takes most of the time.
      settings.durability = .none
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
    databaseCount += 1
    let name = "test_\(databaseCount)"
    let connection = try PostgresConnection(
      connectionString: cluster.administratorConnectionString("postgres"))
    try await connection.connect()
    try await connection.script("CREATE DATABASE \(name)")
    await connection.close()
    return cluster.administratorConnectionString(name)
  }
}
