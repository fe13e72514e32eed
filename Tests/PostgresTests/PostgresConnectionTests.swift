import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct PostgresConnectionTests {
  @Test func `blocked connections leave every task of the pool running`() async throws {
    let database = try await TestDatabase()
    try await database.observer.script("CREATE TABLE t (n int)")
    try await database.observer.script("BEGIN; LOCK TABLE t")
    let watcher = try await TestDatabase.watching(database)
    let read = Statement(name: "read", sql: "SELECT n FROM t")
    try await withThrowingTaskGroup(of: Void.self) { group in
      // More than any pool of this machine has threads for.
      for _ in 0..<8 {
        let connection = try await database.connect(.patient)
        group.addTask { _ = try await connection.query(read()) }
      }
      try await watcher.waitForBlocked(8)
      let sum = await withTaskGroup(of: Int.self) { tasks in
        for number in 1...1000 {
          tasks.addTask {
            await Task.yield()
            return number
          }
        }
        return await tasks.reduce(0, +)
      }
      #expect(sum == 500_500)
      #expect(try await watcher.blockedCount() == 8)
      try await database.observer.script("COMMIT")
      try await group.waitForAll()
    }
  }

  @Test func `the server is told the limits of writes when the session begins`() async throws {
    let connection = try await TestDatabase().connect(.writing)
    #expect(
      try await connection.limits() == [
        "default_transaction_isolation": "read committed", "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "2s", "statement_timeout": "0",
      ])
  }

  @Test func `hints are committed without waiting for the disk, and nothing else is`()
    async throws
  {
    let show = Statement(name: "show", sql: "SELECT current_setting('synchronous_commit')")
    let hints = try await TestDatabase().connect(.hinting)
    #expect(try await hints.query(show()).single().text(0) == "off")
    let target = try await TestDatabase().connectionString + " options='-c synchronous_commit=on'"
    let writes = try PostgresConnection(connectionString: target)
    try await writes.connect()
    #expect(try await writes.query(show()).single().text(0) == "on")
  }

  @Test func `a read may run for five seconds`() async throws {
    let connection = try await TestDatabase().connect(.reading)
    #expect(try await connection.limits()["statement_timeout"] == "5s")
  }

  @Test func `server options of the connection string are kept beside ours`() async throws {
    let target = try await ThrowAwayPostgres.shared.makeDatabase() + " options='-c work_mem=7MB'"
    let connection = try PostgresConnection(connectionString: target)
    try await connection.connect()
    let show = Statement(name: "show", sql: "SELECT current_setting('work_mem')")
    #expect(try await connection.query(show()).single().text(0) == "7MB")
    #expect(try await connection.limits()["lock_timeout"] == "2s")
  }

  @Test(arguments: ["host", "post gres://", "hosst=a password=secret", "password='secret"])
  func `a string that does not parse is refused without its secrets`(text: String) async throws {
    let error = try await refusal { try PostgresConnection(connectionString: text) }
    guard case .invalidConnectionString(let why) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(!why.contains("secret"))
    #expect(text.hasPrefix("hosst") == why.contains("hosst"))
  }

  @Test func `a server that is not there is a failure to connect`() async throws {
    let connection = try PostgresConnection(connectionString: "host=/nowhere user=nobody")
    let error = try await refusal { try await connection.connect() }
    guard case .connectFailed(let message) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(message.contains("/nowhere"))
    #expect(!message.contains("\n"))
    #expect(error.isUnavailable)
    #expect(!connection.isOpen)
  }

  @Test func `nothing runs before connect and after close`() async throws {
    let connection = try await TestDatabase().connect()
    await connection.close()
    let one = Statement(name: "one", sql: "SELECT 1")
    let error = try await refusal { try await connection.query(one()) }
    #expect(error.reason == .closed)
    try await connection.connect()
    #expect(try await connection.query(one()).single().int32(0) == 1)
  }

  @Test func `a connection that is forgotten ends its session`() async throws {
    let database = try await TestDatabase()
    let process = try await database.connect().serverProcessID()
    try await eventually { try await !database.isAlive(process) }
  }
}

extension PostgresConnection {
  /// The settings whose values the specification of a session names.
  func limits() throws -> [String: String] {
    let statement = Statement(
      name: "limits",
      sql: """
        SELECT name, current_setting(name) FROM unnest(ARRAY[
          'default_transaction_isolation', 'lock_timeout', 'idle_in_transaction_session_timeout',
          'statement_timeout']) AS t(name)
        """)
    var limits: [String: String] = [:]
    for row in try query(statement()) { limits[try row.text(0)] = try row.text(1) }
    return limits
  }
}
