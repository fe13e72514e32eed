import Foundation
import TestSupport
import Testing

@Suite struct ExitCodeTests {
  @Test func `wrong settings are all printed, one line each`() async throws {
    let ended = try await OrderlyProgram.run(
      "edge", "--edge-port", "99999", "--edge-timeout-max", "3",
      environment: ["ORDERLY_LOG_LEVEL": "loud"])
    #expect(ended.code == 78)
    #expect(ended.output.isEmpty)
    #expect(ended.errorLines.count == 3)
    #expect(ended.errorLines.allSatisfy { $0.hasPrefix("orderly: ") })
    #expect(ended.errors.contains(#"edge.port: "99999" from flag --edge-port"#))
    #expect(ended.errors.contains(#"edge.timeoutMax: "3" from flag --edge-timeout-max"#))
    #expect(ended.errors.contains(#"log.level: "loud" from env ORDERLY_LOG_LEVEL"#))
  }

  @Test(arguments: [
    (#"{"edge":{"prot":1}}"#, "line 1, column 17; did you mean edge.port?"),
    ("{\n \"edge\" 1}", "line 2, column 9: expected :"),
    (#"{"edge":{"port":"x"}}"#, "line 1, column 17 is not allowed"),
  ])
  func `a mistake in the file is reported with its place`(
    content: String, place: String
  ) async throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "orderly-test-\(UUID().uuidString).json").path(percentEncoded: false)
    try Data(content.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (arguments, environment) in [
      (["edge", "--config-file", path], [:]), (["edge"], ["ORDERLY_CONFIG_FILE": path]),
    ] {
      let ended = try await OrderlyProgram.run(arguments, environment: environment)
      #expect(ended.code == 78)
      #expect(ended.errorLines.count == 1)
      #expect(ended.errors.contains(path))
      #expect(ended.errors.contains(place))
    }
  }

  /// Whoever asks about a hold sooner may ask while its order is still being placed.
  @Test(arguments: [
    (["inventory", "--inventory-database", "dbname=x"], ["--inventory-ask-after", "14999ms"]),
    (["orders", "--orders-database", "dbname=x"], ["--orders-timeout-max", "10001ms"]),
    (["up"], ["--orders-timeout-max", "30s", "--inventory-ask-after", "34s"]),
  ])
  func `holds that would be asked about too soon are a wrong configuration`(
    command: [String], times: [String]
  ) async throws {
    let ended = try await OrderlyProgram.run(command + times)
    #expect(ended.code == 78)
    #expect(ended.errorLines.count == 1)
    #expect(
      ended.errors.contains("inventory.askAfter") && ended.errors.contains("orders.timeoutMax"))
    #expect(ended.errors.contains(times[1]))
  }

  @Test func `a named file that is missing is a wrong configuration`() async throws {
    let ended = try await OrderlyProgram.run("edge", "--config-file", "/nowhere/orderly.json")
    #expect(ended.code == 78)
    #expect(
      ended.errors == "orderly: cannot read /nowhere/orderly.json named by flag --config-file: "
        + "no such file\n")
  }

  @Test(arguments: [
    (["up", "--inventory-database", "dbname=x"], "orders.database"),
    (["up", "--orders-database", "dbname=x"], "inventory.database"),
    (["inventory"], "inventory.database"), (["orders"], "orders.database"),
  ])
  func `a database that is not named is a wrong configuration`(
    arguments: [String], key: String
  ) async throws {
    let ended = try await OrderlyProgram.run(arguments)
    #expect(ended.code == 78)
    #expect(ended.errorLines.count == 1)
    #expect(ended.errors.hasPrefix("orderly: \(key): not set;"))
  }

  @Test(arguments: [["inventory"], ["migrate", "--orders-database", "dbname=x"]])
  func `a database that cannot be reached is unavailable, and no password is shown`(
    arguments: [String]
  ) async throws {
    let ended = try await OrderlyProgram.run(
      arguments + [
        "--inventory-database", "host=/nowhere user=u password=hunter2", "--database-wait", "10ms",
      ] + (arguments == ["inventory"] ? ["--inventory-port", "0", "--admin-port", "0"] : []))
    #expect(ended.code == 69)
    let last = try #require(ended.errorLines.last)
    #expect(last.hasPrefix("orderly: the database of inventory cannot be used within"))
    #expect(last.hasSuffix("or wait longer with --database-wait"))
    #expect(!ended.errors.contains("hunter2"))
  }

  @Test func `a connection string that is none is a wrong configuration and is not shown`()
    async throws
  {
    let ended = try await OrderlyProgram.run(
      "inventory", "--inventory-database", "hunter2", "--inventory-port", "0", "--admin-port", "0")
    #expect(ended.code == 78)
    #expect(!ended.errors.contains("hunter2"))
    #expect(ended.errors.contains("--inventory-database"))
  }

  @Test func `an address in use is named`() async throws {
    let ended = try await OrderlyProgram.serving(["edge", "--edge-port", "0", "--admin-port", "0"])
    {
      first in
      let edge = try await first.address("edge").dropFirst("http://".count)
      let port = String(try #require(edge.split(separator: ":").last))
      let second = try await OrderlyProgram.run(
        "edge", "--edge-port", port, "--admin-port", "0")
      #expect(second.code == 71)
      #expect(second.errorLines.last?.hasPrefix("orderly: cannot listen on \(edge): ") == true)
      let admin = try await first.adminAddress()
      let third = try await OrderlyProgram.run(
        "edge", "--edge-port", "0", "--admin-port",
        String(try #require(admin.split(separator: ":").last)))
      #expect(third.code == 71)
      #expect(
        third.errorLines.last
          == """
          orderly: cannot listen on \(admin): the address is in use; stop the process that has it, \
          or choose another port with --admin-port
          """)
      first.send(SIGTERM)
    }
    #expect(ended.code == 0)
  }

  @Test func `a data directory that is somebody else's is refused and left as it is`() async throws
  {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "orderly-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data("mine".utf8).write(to: directory.appending(path: "diary"))
    let path = directory.path(percentEncoded: false)
    let ended = try await OrderlyProgram.run(["up", "--data-dir", path] + Self.anyPorts)
    #expect(ended.code == 73)
    #expect(ended.output.isEmpty)
    #expect(ended.errorLines.last?.hasPrefix("orderly: the private PostgreSQL: ") == true)
    #expect(ended.errorLines.last?.contains(path) == true)
    #expect(ended.errorLines.last?.contains("--data-dir") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["diary"])
  }

  @Test func `a data directory in use names the process that has it`() async throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "orderly-test-\(UUID().uuidString)").path(percentEncoded: false)
    try await Watchdog.shared.willUse(path)
    let first = try await OrderlyProgram.serving(["up", "--data-dir", path] + Self.anyPorts) {
      first in
      _ = try await first.address("edge")
      let second = try await OrderlyProgram.run(["up", "--data-dir", path] + Self.anyPorts)
      #expect(second.code == 75)
      #expect(second.errorLines.last?.contains("process \(first.process)") == true)
      first.send(SIGTERM)
    }
    #expect(first.code == 0)
  }

  private static let anyPorts = [
    "--edge-port", "0", "--inventory-port", "0", "--orders-port", "0", "--admin-port", "0",
  ]

  @Test func `reconcile without an inventory says that nothing was looked for`() async throws {
    let ended = try await OrderlyProgram.run("reconcile", "--inventory", "127.0.0.1:1")
    #expect(ended.code == 69)
    #expect(ended.output.isEmpty)
    #expect(ended.errorLines.count == 1)
    #expect(ended.errorLines.first?.contains("connect to 127.0.0.1:1") == true)
  }

  @Test(arguments: [["--limit", "0"], ["--limit", "1001"], ["--timeout", "0"], ["--what"]])
  func `reconcile refuses a command line that cannot be meant`(arguments: [String]) async throws {
    let ended = try await OrderlyProgram.run(["reconcile"] + arguments)
    #expect(ended.code == 64 && ended.output.isEmpty)
  }
}
