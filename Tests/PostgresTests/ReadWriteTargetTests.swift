import Logging
import Postgres
import TestSupport
import Testing

/// Two servers of which one takes no writes, as a pair with a standby looks to libpq.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReadWriteTargetTests {
  private struct Pair {
    let first: PrivateCluster
    let second: PrivateCluster

    init() async throws {
      first = try await TestCluster.start()
      second = try await TestCluster.start()
      for (name, cluster) in [("first", first), ("second", second)] {
        let session = try await Self.session(cluster)
        try await session.script(
          "CREATE TABLE who (name text); INSERT INTO who VALUES ('\(name)'); CREATE TABLE t (n int)"
        )
        await session.close()
      }
    }

    private static func session(_ cluster: PrivateCluster) async throws -> PostgresConnection {
      let session = try PostgresConnection(
        connectionString: cluster.administratorConnectionString("orders")
          + " options='-c default_transaction_read_only=off' connect_timeout=60")
      try await session.connect()
      return session
    }

    /// Makes a server refuse writes, or take them, in every session from now on.
    func set(_ cluster: PrivateCluster, readOnly: Bool) async throws {
      let session = try await Self.session(cluster)
      let value = readOnly ? "on" : "off"
      try await session.script("ALTER SYSTEM SET default_transaction_read_only = \(value)")
      try await session.script("SELECT pg_reload_conf()")
      await session.close()
      let plain = try PostgresConnection(
        connectionString: cluster.administratorConnectionString("orders") + " connect_timeout=60")
      try await eventually {
        try await plain.connect()
        return try await plain.setting("default_transaction_read_only") == value
      }
      await plain.close()
    }

    private static func host(_ cluster: PrivateCluster) -> Substring {
      cluster.administratorConnectionString("orders").split(separator: "'")[1]
    }

    /// As an operator writes it, but for the time to connect, which this machine may need.
    var target: String {
      "host='\(Self.host(first)),\(Self.host(second))' dbname=orders user=postgres "
        + "target_session_attrs=read-write connect_timeout=60 tcp_user_timeout=5000"
    }

    func stop() async {
      await first.stop()
      await second.stop()
    }
  }

  private static let who = Statement(name: "who", sql: "SELECT name FROM who")
  private static let write = Statement(name: "write", sql: "INSERT INTO t VALUES (1)")

  private static func pool(_ target: String) throws -> PostgresPool {
    var settings = PoolSettings(connections: 1)
    settings.unavailableWaitMax = .seconds(60)
    return try PostgresPool(
      connectionString: target, settings: settings, logger: Logger(label: "pair"))
  }

  @Test func `of two servers the one that takes writes is used, wherever it stands`() async throws {
    let pair = try await Pair()
    try await pair.set(pair.first, readOnly: true)
    let pool = try Self.pool(pair.target)
    await pool.start()
    #expect(try await pool.query(Self.who()).single().text(0) == "second")
    _ = try await pool.query(Self.write())

    // The servers change places. A session that stands hears of it by the refusal of a write.
    try await pair.set(pair.first, readOnly: false)
    try await pair.set(pair.second, readOnly: true)
    var refused: PostgresError?
    while refused == nil {
      do throws(PostgresError) {
        _ = try await pool.query(Self.write())
        // The session has not been told of the server's new settings yet.
        guard try await pool.query(Self.who()).single().text(0) == "second" else { break }
      } catch {
        refused = error
      }
    }
    #expect(refused?.isReadOnlyServer == true)
    // It was closed for that, and the next one is to the server that takes writes now.
    #expect(try await pool.query(Self.who()).single().text(0) == "first")
    _ = try await pool.query(Self.write())
    await pool.close()
    await pair.stop()
  }
}
