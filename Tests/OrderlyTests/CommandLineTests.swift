import ArgumentParser
import Foundation
import Operations
import Testing

@testable import Orderly

@Suite struct CommandLineTests {
  private static let subcommands = ["up", "inventory", "orders", "edge", "migrate", "reconcile"]

  @Test(arguments: [[], ["nonsense"], ["UP"], ["--data-dir", "/tmp"]])
  func `no subcommand or an unknown one prints usage on standard error`(
    arguments: [String]
  ) async throws {
    let ended = try await OrderlyProgram.run(arguments)
    #expect(ended.code == 64)
    #expect(ended.output.isEmpty)
    #expect(ended.errors.uppercased().contains("USAGE: ORDERLY"))
  }

  @Test func `help and version go to standard output`() async throws {
    let help = try await OrderlyProgram.run("--help")
    #expect(help.code == 0)
    #expect(help.errors.isEmpty)
    for subcommand in Self.subcommands { #expect(help.output.contains("\n  \(subcommand) ")) }
    let version = try await OrderlyProgram.run("--version")
    #expect(version.code == 0)
    #expect(version.output == Build.version + "\n")
    #expect(version.errors.isEmpty)
  }

  @Test(arguments: Program.allCases)
  func `help of a subcommand lists each setting it reads with its default, and no other`(
    program: Program
  ) async throws {
    let ended = try await OrderlyProgram.run(program.rawValue, "--help")
    #expect(ended.code == 0)
    #expect(ended.errors.isEmpty)
    // Help is wrapped; joined again, each flag stands before its default.
    let text = ended.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for row in SettingsTable().rows {
      guard row.readBy.contains(program) else {
        #expect(!text.contains(" \(row.flag) "), "\(row.flag)")
        continue
      }
      let fallback = row.fallbackText(in: program) ?? "none"
      let start = try #require(
        text.range(of: row.isSwitch ? " \(row.flag)/" : " \(row.flag) <"), "\(row.flag)")
      let rest = text[start.upperBound...]
      #expect(rest.contains("\(row.help) (default: \(fallback))"), "\(row.flag)")
    }
  }

  @Test func `an unknown flag names the nearest one`() async throws {
    let ended = try await OrderlyProgram.run("up", "--edge-prot", "1")
    #expect(ended.code == 64)
    #expect(ended.output.isEmpty)
    #expect(ended.errors.contains("--edge-prot"))
    #expect(ended.errors.contains("Did you mean '--edge-port'?"))
  }

  @Test func `a flag of another subcommand and a stray word are wrong command lines`() async throws
  {
    #expect(try await OrderlyProgram.run("edge", "--orders-port", "1").code == 64)
    #expect(try await OrderlyProgram.run("edge", "stray").code == 64)
    #expect(try await OrderlyProgram.run("edge", "--edge-port").code == 64)
  }

  @Test func `flags become texts by key`() throws {
    let command = try UpCommand.parse([
      "--edge-timeout-max", "7s", "--data-dir", "/d", "--ephemeral", "--no-edge-key-required",
      "--inventory-database-file", "/s", "--config-file", "/c",
    ])
    #expect(
      command.flags.texts == [
        "edge.timeoutMax": "7s", "dataDir": "/d", "ephemeral": "true", "edge.keyRequired": "false",
        "inventory.databaseFile": "/s", "configFile": "/c",
      ])
    #expect(try UpCommand.parse([]).flags.texts.isEmpty)
  }

  @Test(arguments: Program.allCases.filter { $0 != .migrate })
  func `every setting a program reads has its flag`(program: Program) throws {
    for row in SettingsTable().rows(of: program) where !row.isSwitch {
      let arguments = [row.flag, "planted"]
      let texts =
        switch program {
        case .up: try UpCommand.parse(arguments).flags.texts
        case .inventory: try InventoryCommand.parse(arguments).flags.texts
        case .orders: try OrdersCommand.parse(arguments).flags.texts
        case .edge: try EdgeCommand.parse(arguments).flags.texts
        case .migrate: try MigrateCommand.parse(arguments).flags.texts
        }
      #expect(texts == [row.key: "planted"], "\(row.key)")
    }
  }
}
