import Operations
import Testing

@Suite struct SettingsReaderTests {
  typealias Problem = SettingsError.Problem

  private func read(
    _ program: Program = .up, flags: [String: String] = [:], environment: [String: String] = [:],
    files: StubTextFiles = StubTextFiles()
  ) throws(SettingsError) -> Settings {
    try SettingsReader(program: program, flags: flags, environment: environment, files: files)
      .settings()
  }

  private func problems(
    _ program: Program = .up, flags: [String: String] = [:], environment: [String: String] = [:],
    files: StubTextFiles = StubTextFiles()
  ) throws -> [Problem] {
    do {
      _ = try read(program, flags: flags, environment: environment, files: files)
      Issue.record("these settings were accepted")
      return []
    } catch {
      return error.problems
    }
  }

  @Test func `flag beats environment beats file beats default`() throws {
    let file = StubTextFiles(contents: ["./orderly.json": #"{"edge":{"timeoutMax":"7s"}}"#])
    let variable = ["ORDERLY_EDGE_TIMEOUT_MAX": "8s"]
    let flag = ["edge.timeoutMax": "9s"]
    #expect(try read().edgeTimeoutMax == .seconds(10))
    #expect(try read(files: file).edgeTimeoutMax == .seconds(7))
    #expect(try read(environment: variable, files: file).edgeTimeoutMax == .seconds(8))
    let all = try read(flags: flag, environment: variable, files: file)
    #expect(all.edgeTimeoutMax == .seconds(9))
  }

  @Test func `a value knows where it came from`() throws {
    let file = StubTextFiles(contents: ["/etc/o.json": "{\n \"edge\":{\"port\":1}}"])
    let settings = try read(
      flags: ["configFile": "/etc/o.json", "orders.port": "2"],
      environment: ["ORDERLY_INVENTORY_PORT": "3"], files: file)
    #expect(settings.source(of: \.ordersPort).description == "flag --orders-port")
    #expect(settings.source(of: \.inventoryPort).description == "env ORDERLY_INVENTORY_PORT")
    #expect(settings.source(of: \.edgePort).description == "file /etc/o.json, line 2, column 17")
    #expect(settings.source(of: \.adminPort) == .fallback)
  }

  @Test func `every row is read from flag, environment and file alike`() throws {
    for row in SettingsTable().rows {
      let text = Self.otherText(for: row)
      let (parent, name) = Self.split(row.key)
      let member = "\"\(name)\":\"\(text)\""
      let json = parent.isEmpty ? "{\(member)}" : "{\"\(parent)\":{\(member)}}"
      // `edge` reads no database and shows no certificate, so no rule asks for one; what it shows
      // to others needs all of its files.
      var beside = row.key.hasPrefix("peer.") ? Self.peerFiles : [:]
      beside[row.key] = nil
      let settings = try [
        read(.edge, flags: beside.merging([row.key: text]) { $1 }),
        read(.edge, flags: beside, environment: [row.variable: text]),
        read(.edge, flags: beside, files: StubTextFiles(contents: ["./orderly.json": json])),
      ]
      for settings in settings {
        #expect(settings.source(of: row) != .fallback, "\(row.key)")
        let shown = row.isSecret ? "******" : text
        #expect(settings.shownText(of: row) == shown, "\(row.key)")
      }
    }
  }

  @Test func `the admin port depends on the program`() throws {
    #expect(try read(.up).adminPort == 9900)
    #expect(try read(.inventory, flags: ["inventory.database": "dbname=i"]).adminPort == 9901)
    #expect(try read(.orders, flags: ["orders.database": "dbname=o"]).adminPort == 9902)
    #expect(try read(.edge).adminPort == 9903)
    #expect(try read(.edge, flags: ["admin.port": "1"]).adminPort == 1)
  }

  @Test func `all mistakes are reported at once, with key, source, value and allowed form`() throws
  {
    let file = StubTextFiles(contents: [
      "./orderly.json": #"{"edge":{"bodyMax":1024,"prot":1},"ephemeral":"maybe"}"#
    ])
    let found = try problems(
      flags: ["edge.port": "65536"], environment: ["ORDERLY_EDGE_TIMEOUT_MAX": "10"], files: file)
    #expect(
      Set(found.map(\.description)) == [
        #"edge.port: "65536" from flag --edge-port is not allowed; "#
          + "give a whole number, from 0 to 65535",
        #"edge.timeoutMax: "10" from env ORDERLY_EDGE_TIMEOUT_MAX is not allowed; "#
          + "give a duration such as 300ms, 5s, 2m or 1h, from 1ms to 1h",
        #"edge.bodyMax: "1024" from file ./orderly.json, line 1, column 20 is not allowed; "#
          + "give a size such as 512B, 16KiB or 1MiB, from 1KiB to 64MiB",
        #"ephemeral: "maybe" from file ./orderly.json, line 1, column 47 is not allowed; "#
          + "give true or false",
        "edge.prot: unknown setting in file ./orderly.json, line 1, column 32; "
          + "did you mean edge.port?",
      ])
  }

  @Test func `a range includes its ends`() throws {
    #expect(try read(flags: ["edge.port": "65535", "edge.bodyMax": "64MiB"]).edgePort == 65535)
    #expect(try read(flags: ["edge.port": "0", "edge.bodyMax": "1KiB"]).edgePort == 0)
    #expect(try problems(flags: ["edge.port": "-1", "edge.bodyMax": "1023B"]).count == 2)
  }

  @Test func `a named file that is missing or unreadable is an error, an unnamed one is not`()
    throws
  {
    _ = try read()
    for (flags, environment, source) in [
      (["configFile": "/no"], [:], "flag --config-file"),
      ([:], ["ORDERLY_CONFIG_FILE": "/no"], "env ORDERLY_CONFIG_FILE"),
    ] {
      let found = try problems(flags: flags, environment: environment)
      #expect(
        found == [
          Problem(
            key: "", source: source, reason: .unreadable(path: "/no", cause: "no such file"))
        ])
    }
    let locked = StubTextFiles(unreadable: ["./orderly.json"])
    #expect(try problems(files: locked).count == 1)
  }

  @Test func `a file that does not parse is reported with line and column`() throws {
    let file = StubTextFiles(contents: ["./orderly.json": "{\n  \"edge\": {\"port\" 8080}\n}"])
    let found = try problems(files: file)
    #expect(
      found.map(\.description) == ["file ./orderly.json: line 2, column 19: expected :"])
  }

  @Test func `an unknown variable is a warning that names the nearest known one`() throws {
    let settings = try read(environment: [
      "ORDERLY_EDGE_PROT": "1", "ORDERLY_XYZZY_PLUGH": "2", "PATH": "/bin", "EDGE_PORT": "3",
    ])
    #expect(
      settings.warnings == [
        "ORDERLY_EDGE_PROT: no setting reads this variable; did you mean ORDERLY_EDGE_PORT?",
        "ORDERLY_XYZZY_PLUGH: no setting reads this variable",
      ])
  }

  @Test func `a control character in a name or a value cannot forge a line`() throws {
    let found = try problems(flags: ["edge.port": "1\nready edge=x\u{1B}[2J"])
    #expect(found.count == 1)
    #expect(found[0].description.contains(#""1\nready edge=x\u001b[2J""#))
    let settings = try read(environment: ["ORDERLY_A\nB": "1"])
    #expect(settings.warnings.allSatisfy { !$0.contains("\n") })
  }

  @Test func `a database is required where one is kept, and up takes both or neither`() throws {
    #expect(try problems(.inventory).map(\.key) == ["inventory.database"])
    #expect(try problems(.orders).map(\.key) == ["orders.database"])
    #expect(try problems(.migrate).map(\.key) == ["inventory.database", "orders.database"])
    #expect(
      try problems(.up, flags: ["inventory.database": "dbname=i"]).map(\.key)
        == ["orders.database"])
    #expect(
      try problems(.up, flags: ["orders.database": "dbname=o"]).map(\.key)
        == ["inventory.database"])
    let both = try read(
      .up, flags: ["inventory.database": "dbname=i", "orders.database": "dbname=o"])
    #expect(both.ordersDatabase == "dbname=o")
  }

  @Test func `a default deadline above the longest one is refused`() throws {
    let found = try problems(flags: ["edge.timeoutDefault": "11s"])
    #expect(found.map(\.key) == ["edge.timeoutDefault"])
    #expect(try read(flags: ["edge.timeoutDefault": "10s"]).edgeTimeoutDefault == .seconds(10))
  }

  private static func split(_ key: String) -> (parent: String, name: String) {
    let parts = key.split(separator: ".").map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : ("", key)
  }

  private static let peerFiles = ["peer.caFile": "a", "peer.certFile": "c", "peer.keyFile": "k"]

  /// A text the row accepts and that is not its default.
  private static func otherText(for row: any SettingRow) -> String {
    let texts = [
      "7s", "2MiB", "70KiB", "2KiB", "77", "7", "2000", "true", "debug", "json", "all", "x:2",
      "round_robin", "sole",
    ]
    let fallback = row.fallbackText(in: .edge)
    return texts.first { $0 != fallback && row.value(of: $0) != nil } ?? "no text fits"
  }
}
