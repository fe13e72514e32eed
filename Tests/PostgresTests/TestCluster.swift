import Foundation
import Postgres
import TestSupport
import Testing

/// A private server of a test's own, for what would disturb the tests beside it. The watchdog
/// clears it away even when the test does not come to its end.
enum TestCluster {
  /// A path that does not exist yet and that every user can reach.
  static func newDirectory() async throws -> String {
    let path = "/tmp/orderly-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
    try await Watchdog.shared.willUse(path)
    return path
  }

  static func settings(_ directory: String) -> PrivateClusterSettings {
    var settings = PrivateClusterSettings(environment: ProcessInfo.processInfo.environment)
    settings.dataDirectory = directory
    settings.durability = .none
    return settings
  }

  static func start(
    in directory: String? = nil, _ change: (inout PrivateClusterSettings) -> Void = { _ in }
  ) async throws -> PrivateCluster {
    var path = directory
    if path == nil { path = try await newDirectory() }
    var settings = settings(try #require(path))
    change(&settings)
    let cluster = try PrivateCluster(settings: settings)
    try await cluster.start()
    return cluster
  }

  static func refusal(
    _ work: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> PrivateClusterError {
    try #require(
      await #expect(throws: PrivateClusterError.self, sourceLocation: sourceLocation) {
        try await work()
      }, sourceLocation: sourceLocation)
  }
}

extension PostgresConnection {
  /// One setting of the server as text.
  func setting(_ name: String) throws -> String {
    let statement = Statement(name: "setting", sql: "SELECT current_setting($1)")
    return try query(statement(.text(name))).single().text(0)
  }
}
