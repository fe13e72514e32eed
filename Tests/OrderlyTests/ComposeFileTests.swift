import ArgumentParser
import Foundation
import Operations
import Testing
import Yams

@testable import Orderly

/// docker/compose.yaml against the program it starts: a flag that was renamed must fail here and
/// not on somebody's machine.
@Suite struct ComposeFileTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private struct Service: Decodable {
    struct HealthCheck: Decodable {
      let test: [String]
    }
    struct Build: Decodable {
      let context: String
      let dockerfile: String
    }

    let image: String
    let build: Build?
    let command: [String]?
    let environment: [String: String]?
    let ports: [String]?
    /// What ends by itself has none.
    let healthcheck: HealthCheck?
  }

  private struct File: Decodable {
    let services: [String: Service]
  }

  private static func services() throws -> [String: Service] {
    let text = try String(contentsOf: root.appending(path: "docker/compose.yaml"), encoding: .utf8)
    return try YAMLDecoder().decode(File.self, from: text).services
  }

  @Test func `every command and flag of the compose file exists`() throws {
    let own = try Self.services().filter { $0.value.build != nil }
    #expect(Set(own.keys) == ["migrate", "inventory", "orders", "edge"])
    for (name, service) in own {
      let command = try #require(service.command, "\(name)")
      #expect(throws: Never.self, "\(name)") { _ = try Main.parseAsRoot(command) }
      guard name != "migrate" else { continue }
      let test = try #require(service.healthcheck?.test, "\(name)")
      #expect(test.prefix(2) == ["CMD", "/usr/local/bin/orderly"], "\(name)")
      let probe = Array(test.dropFirst(2))
      #expect(probe == [name, "--probe"])
      #expect(throws: Never.self, "\(name)") { _ = try Main.parseAsRoot(probe) }
    }
  }

  @Test func `a flag that does not exist would be found`() {
    #expect(throws: (any Error).self) { _ = try Main.parseAsRoot(["edge", "--edge-hots=x"]) }
    #expect(throws: (any Error).self) { _ = try Main.parseAsRoot(["egde"]) }
  }

  /// A container's settings are read as the program would read them, files aside.
  @Test func `what the compose file sets is accepted, with no variable unknown`() throws {
    for (name, service) in try Self.services() where service.build != nil {
      let program = try #require(Program(rawValue: name))
      var flags: [String: String] = [:]
      for row in SettingsTable().rows(of: program) {
        for word in service.command ?? [] where word.hasPrefix(row.flag + "=") {
          flags[row.key] = String(word.dropFirst(row.flag.count + 1))
        }
      }
      #expect(flags.count == (service.command ?? []).count - 1, "\(name)")
      let settings = try SettingsReader(
        program: program, flags: flags, environment: service.environment ?? [:]
      ).settings()
      #expect(settings.warnings.isEmpty, "\(name)")
    }
  }

  @Test func `only the edge publishes a port, and the Dockerfile is where it is said to be`() throws
  {
    for (name, service) in try Self.services() {
      #expect((service.ports != nil) == (name == "edge"), "\(name)")
      guard let build = service.build else { continue }
      let context = Self.root.appending(path: "docker").appending(path: build.context)
      let file = context.appending(path: build.dockerfile).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: file.path(percentEncoded: false)))
    }
  }
}
