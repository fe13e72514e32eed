import Foundation
import Testing

@testable import Operations

@Suite struct SettingsTableTests {
  private let table = SettingsTable()

  @Test func `the table is the documented one, row by row`() throws {
    // The knobs of the RPC runtime are documented beside their limits and compared there.
    let rows = table.rows.filter { !$0.key.hasPrefix("rpc.") }
    let documented = DocumentedSettings.rows
    #expect(rows.map(\.key) == documented.filter(\.isThere).map(\.key))
    for expected in documented where expected.isThere {
      let row = try #require(rows.first { $0.key == expected.key })
      #expect(row.reloads == expected.reloads, "\(row.key)")
      #expect(row.isSecret == expected.isSecret, "\(row.key)")
      if expected.fallback.isEmpty {
        #expect(row.value(of: "") == nil, "\(row.key) has a default that is not documented")
      } else {
        let fallback = row.fallbackText(in: .up).flatMap { row.value(of: $0) }
        let documented = try #require(row.value(of: expected.fallback), "\(row.key)")
        #expect("\(fallback ?? "none")" == "\(documented)", "\(row.key)")
      }
    }
  }

  @Test func `a setting that nothing reads yet is unknown, not ignored`() throws {
    for later in DocumentedSettings.rows where !later.isThere {
      let parts = later.key.split(separator: ".")
      let json = "{\"\(parts[0])\":{\"\(parts[1])\":\"x\"}}"
      let reader = SettingsReader(
        program: .up, flags: [:], environment: [:],
        files: StubTextFiles(contents: ["./orderly.json": json]))
      #expect(throws: SettingsError.self, "\(later.key)") { try reader.settings() }
    }
  }

  @Test func `every default is a value the row itself accepts`() {
    let unset = [
      "dataDir", "postgresBin", "inventory.servingRole", "orders.servingRole", "tls.certFile",
      "tls.keyFile", "tls.clientCaFile", "tls.clientNames", "peer.caFile", "peer.certFile",
      "peer.keyFile", "peer.serverName", "rpc.clientHealthService",
    ]
    for row in table.rows where !row.isSecret && !unset.contains(row.key) {
      for program in Program.allCases {
        let text = row.fallbackText(in: program)
        #expect(text.flatMap { row.value(of: $0) } != nil, "\(row.key): \(text ?? "none")")
      }
    }
  }

  @Test func `every row is read by some program and says what it is for`() {
    for row in table.rows {
      #expect(!row.readBy.isEmpty, "\(row.key)")
      #expect(row.help.hasSuffix("."), "\(row.key)")
    }
  }

  /// The README is what people look things up in, so it must not lag behind.
  @Test func `the README lists every setting with its default and meaning`() throws {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let listed = readme.split(separator: "\n").filter { $0.hasPrefix("| `--") }
    for row in SettingsTable().rows {
      let line = try #require(listed.first { $0.hasPrefix("| `\(row.flag)` |") }, "\(row.key)")
      #expect(line.hasSuffix("| \(row.help) |"), "\(row.key)")
      for program in row.readBy where program != .migrate {
        #expect(line.contains(row.fallbackText(in: program) ?? "none"), "\(row.key)")
      }
    }
    // One more is the settings file, which is no setting.
    #expect(listed.count == SettingsTable().rows.count + 1)
  }
}
