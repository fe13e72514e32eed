import Foundation
import Subprocess
import SystemPackage
import Testing

@testable import Postgres

/// One after the other: each starts a server, and a machine of two cores has enough of one.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PrivateClusterTests {
  private func connect(_ target: String) async throws -> PostgresConnection {
    let connection = try PostgresConnection(connectionString: target)
    try await connection.connect()
    return connection
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  private func owner(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int
  }

  /// With everything a newcomer's data gets, fsync too.
  @Test func `a new cluster keeps what it is given and keeps others out`() async throws {
    let directory = try await TestCluster.newDirectory()
    let cluster = try await TestCluster.start(in: directory) { $0.durability = .full }
    #expect(try mode(directory) == 0o700)
    #expect(try mode(cluster.directory.socketDirectory) == 0o700)
    let orders = try await connect(cluster.connectionString("orders"))
    for (name, value) in [
      "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
      "data_checksums": "on", "server_encoding": "UTF8", "lc_collate": "C",
      "listen_addresses": "",
    ] { #expect(try await orders.setting(name) == value, "\(name)") }
    try await orders.requireByteOrder()

    let process = try #require(await cluster.processID)
    #expect(try owner("/proc/\(process)") != 0)
    // Its own session: a SIGINT typed at the terminal goes to the foreground group alone.
    #expect(getsid(process) == process)
    #expect(getpgid(process) == process)

    try await orders.script("CREATE TABLE secret (n int)")
    for (role, database) in [("inventory", "orders"), ("orders", "inventory")] {
      let target = cluster.connectionString(database) + " user=\(role)"
      let error = try await refusal { try await connect(target) }
      #expect("\(error)".contains("permission denied for database"), "\(error)")
    }
    let superuser = Statement(
      name: "superuser", sql: "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = $1")
    #expect(try await !orders.query(superuser(.text("orders"))).single().bool(0))
    await cluster.stop()
    #expect(kill(process, 0) != 0)
  }

  @Test func `another user of the machine cannot connect`() async throws {
    let cluster = try await TestCluster.start()
    let hba = try #require(cluster.directory.text(of: cluster.directory.cluster + "/pg_hba.conf"))
    #expect(hba == "local all all peer map=orderly\n")
    // A name that the map does not give to this user is refused, whoever it belongs to.
    let administrator = try await connect(cluster.administratorConnectionString("postgres"))
    try await administrator.script("CREATE ROLE stranger LOGIN")
    let error = try await refusal {
      try await connect(cluster.administratorConnectionString("postgres") + " user=stranger")
    }
    #expect("\(error)".contains("Peer authentication failed"), "\(error)")
    await cluster.stop()
  }

  @Test func `a second program on the directory hears who has it`() async throws {
    let cluster = try await TestCluster.start()
    let second = try PrivateCluster(settings: TestCluster.settings(cluster.dataDirectory))
    let error = try await TestCluster.refusal { try await second.start() }
    let ours = ProcessInfo.processInfo.processIdentifier
    #expect(error.reason == .inUse(path: cluster.dataDirectory, processID: ours))
    #expect(error.exitCode == 75)
    // It must not have touched the server of the first.
    _ = try await connect(cluster.connectionString("orders"))
    await cluster.stop()
    // The file is still there, and a lock left by a dead process does not count.
    let third = try await TestCluster.start(in: cluster.dataDirectory)
    await third.stop()
  }

  @Test func `after a kill the server is taken over, or started again, with its data`()
    async throws
  {
    let first = try await TestCluster.start()
    let process = try #require(await first.processID)
    let orders = try await connect(first.connectionString("orders"))
    try await orders.script("CREATE TABLE t (n int); INSERT INTO t VALUES (42)")
    let read = Statement(name: "read", sql: "SELECT n FROM t")

    await first.abandon()
    let second = try await TestCluster.start(in: first.dataDirectory)
    #expect(await second.processID == process)
    #expect(try await orders.query(read()).single().int32(0) == 42)

    await second.abandon()
    try #require(kill(process, SIGKILL) == 0)
    let third = try await TestCluster.start(in: first.dataDirectory)
    #expect(await third.processID != process)
    let again = try await connect(third.connectionString("orders"))
    #expect(try await again.query(read()).single().int32(0) == 42)
    await third.stop()
  }

  /// As after a loss of power, where the number in the file is soon some other process's.
  @Test func `a pid file left behind neither hinders a start nor harms whom it names`()
    async throws
  {
    let first = try await TestCluster.start()
    await first.stop()
    let file = first.directory.cluster + "/postmaster.pid"
    let bystander = try await Bystander.start()
    try first.directory.write("\(bystander.process)\n", to: file)
    try first.directory.makePrivate(file)
    let unstarted = try PrivateCluster(settings: TestCluster.settings(first.dataDirectory))
    await unstarted.stopServer()
    #expect(kill(bystander.process, 0) == 0)
    // PostgreSQL itself takes a living process of its own user for a server, so that one has to go.
    if geteuid() != 0 { try await bystander.stop() }
    let second = try await TestCluster.start(in: first.dataDirectory)
    _ = try await connect(second.connectionString("orders"))
    await second.stop()
    if geteuid() == 0 { try await bystander.stop() }
  }

  @Test func `a stop ends sessions in the middle of their work and is clean`() async throws {
    let cluster = try await TestCluster.start()
    let busy = try await connect(cluster.connectionString("orders"))
    async let error = refusal {
      try await busy.query(Statement(name: "sleep", sql: "SELECT pg_sleep(600)")())
    }
    let watcher = try await connect(cluster.connectionString("orders"))
    let sleeping = Statement(
      name: "sleeping", sql: "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    try await eventually { try await watcher.query(sleeping()).single().int64(0) == 1 }
    await cluster.stop()
    #expect(try await error.isConnectionLost)
    let log = cluster.directory.logTail().joined(separator: "\n")
    #expect(log.contains("received fast shutdown request"))
    #expect(log.contains("database system is shut down"))
  }

  @Test func `when the server does not start its own words are shown`() async throws {
    let cluster = try await TestCluster.start()
    await cluster.stop()
    let file = cluster.directory.cluster + "/postgresql.auto.conf"
    try cluster.directory.write("no_such_setting = 1\n", to: file)
    try cluster.directory.makePrivate(file)
    let error = try await TestCluster.refusal {
      _ = try await TestCluster.start(in: cluster.dataDirectory)
    }
    guard case .startFailed(let log) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(log.count <= 20)
    #expect("\(error)".contains("no_such_setting"))
    #expect(error.exitCode == 69)
  }

  @Test func `a directory that is not ours is refused and left as it is`() async throws {
    let directory = try await TestCluster.newDirectory()
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o755])
    try Data("mine".utf8).write(to: URL(filePath: directory + "/thesis.txt"))
    let error = try await TestCluster.refusal {
      _ = try await TestCluster.start(in: directory)
    }
    #expect(error.reason == .directoryNotOurs(path: directory))
    #expect(error.exitCode == 73)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["thesis.txt"])
    #expect(try mode(directory) == 0o755)
    #expect(try owner(directory) == Int(geteuid()))
  }

  @Test func `a path where no directory can be is refused`() async throws {
    let error = try await TestCluster.refusal {
      _ = try await TestCluster.start(in: "/dev/null/orderly")
    }
    guard case .cannotCreate("/dev/null/orderly", _) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(error.exitCode == 73)
  }

  @Test(.enabled(if: geteuid() == 0))
  func `as root a directory the server's user cannot reach is refused`() async throws {
    let closed = try await TestCluster.newDirectory()
    try FileManager.default.createDirectory(
      atPath: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    let error = try await TestCluster.refusal {
      _ = try await TestCluster.start(in: closed + "/data")
    }
    guard case .noPermission(_, let fix) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(fix.contains("postgres"))
    #expect(error.exitCode == 77)
  }

  @Test(.enabled(if: geteuid() == 0))
  func `as root without a user for the server nothing is begun`() async throws {
    var settings = TestCluster.settings("/tmp/never")
    settings.serverUser = "no-such-user"
    let named = settings
    let error = try await TestCluster.refusal { _ = try PrivateCluster(settings: named) }
    #expect(error.reason == .noServerUser(name: "no-such-user"))
    #expect(error.exitCode == 77)
    settings.serverUser = "root"
    let root = settings
    let again = try await TestCluster.refusal { _ = try PrivateCluster(settings: root) }
    #expect(again.reason == .noServerUser(name: "root"))
  }

  @Test func `a cluster of another version is left alone`() async throws {
    let cluster = try await TestCluster.start()
    await cluster.stop()
    try cluster.directory.write("9\n", to: cluster.directory.cluster + "/PG_VERSION")
    let error = try await TestCluster.refusal {
      _ = try await TestCluster.start(in: cluster.dataDirectory)
    }
    guard case .wrongVersion("9", _) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(error.exitCode == 78)
  }

  @Test func `what a killed initdb left behind is begun anew`() async throws {
    let directory = try await TestCluster.newDirectory()
    let early = try PrivateCluster(settings: TestCluster.settings(directory))
    try early.directory.prepare()
    try FileManager.default.createDirectory(
      atPath: early.directory.unfinishedCluster, withIntermediateDirectories: false)
    try early.directory.write("15\n", to: early.directory.unfinishedCluster + "/PG_VERSION")
    let cluster = try await TestCluster.start(in: directory)
    _ = try await connect(cluster.connectionString("inventory"))
    #expect(!cluster.directory.exists(early.directory.unfinishedCluster))
    await cluster.stop()
  }

  @Test func `an ephemeral cluster leaves nothing`() async throws {
    let cluster = try await TestCluster.start(in: "unused") { $0.isEphemeral = true }
    let (data, socket) = (cluster.dataDirectory, cluster.directory.socketDirectory)
    #expect(FileManager.default.fileExists(atPath: data))
    await cluster.stop()
    #expect(!FileManager.default.fileExists(atPath: data))
    #expect(!FileManager.default.fileExists(atPath: socket))
  }

  @Test(arguments: ["long", "with a space, a comma and 'quotes'"])
  func `a path that is no socket's gets its socket elsewhere`(kind: String) async throws {
    let base = try await TestCluster.newDirectory()
    let name = kind == "long" ? String(repeating: "x", count: 120) : kind
    let cluster = try await TestCluster.start(in: "\(base)/\(name)")
    let socket = cluster.directory.socketDirectory
    #expect(socket.hasPrefix("/tmp/orderly-"))
    #expect("\(socket)/.s.PGSQL.5432".utf8.count <= 107)
    #expect(try mode(socket) == 0o700)
    let orders = try await connect(cluster.connectionString("orders"))
    #expect(try await orders.setting("cluster_name") == "orderly")
    await cluster.stop()
    try FileManager.default.removeItem(atPath: socket)
  }
}

/// A process that has nothing to do with PostgreSQL.
private struct Bystander {
  let process: Int32
  private let task: Task<Void, any Error>

  static func start() async throws -> Bystander {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let task = Task {
      _ = try await Subprocess.run(
        .path("/bin/sleep"), arguments: ["600"], input: .none, output: .discarded,
        error: .discarded
      ) { execution in
        continuation.yield(execution.processIdentifier.value)
      }
    }
    var started = stream.makeAsyncIterator()
    return Bystander(process: try #require(await started.next()), task: task)
  }

  func stop() async throws {
    try #require(kill(process, SIGKILL) == 0)
    try await task.value
  }
}

extension PrivateCluster {
  /// What is left when the program is killed: the server runs on, and the system drops the lock.
  func abandon() {
    lock?.release()
    lock = nil
  }
}
