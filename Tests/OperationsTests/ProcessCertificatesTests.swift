import Logging
import TestSupport
import Testing

@testable import Operations

/// Which files a process reads its certificates from, and what is said of wrong ones.
@Suite struct ProcessCertificatesTests {
  private let authority: TestAuthority
  private let folder: TestFolder

  init() throws {
    authority = try TestAuthority()
    folder = try TestFolder()
    let pair = try authority.sign(dns: ["localhost"])
    try folder.write(pair.certificate, "own.pem")
    try folder.write(pair.key, "own.key")
    try folder.write(authority.certificate, "authority.pem")
    try folder.write("nothing", "nothing.pem")
  }

  private func settings(
    of program: Program = .orders, _ names: [String: String]
  ) throws -> Settings {
    var flags = names.mapValues {
      $0.hasSuffix(".pem") || $0.hasSuffix(".key") ? folder.path(of: $0) : $0
    }
    if program != .edge, program != .up { flags["\(program).database"] = "dbname=x" }
    return try SettingsReader(
      program: program, flags: flags, environment: [:], files: StubTextFiles()
    ).settings()
  }

  private func problems(of program: Program = .orders, _ names: [String: String]) -> [String] {
    do {
      _ = try settings(of: program, names)
      return []
    } catch let error as SettingsError {
      return error.problems.map(\.key)
    } catch {
      return ["\(error)"]
    }
  }

  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func `without files both sides speak in clear`() throws {
    let none = try ProcessCertificates(settings([:]), logger: Self.logger)
    #expect(none.server == nil)
    #expect(none.client == nil)
    #expect(!none.areThere)
  }

  @Test func `each side has its own files`() throws {
    let server = try ProcessCertificates(
      settings(["tls.certFile": "own.pem", "tls.keyFile": "own.key"]), logger: Self.logger)
    #expect(server.server != nil)
    #expect(server.client == nil)
    #expect(server.areThere)
    let client = try ProcessCertificates(
      settings(["peer.caFile": "authority.pem"]), logger: Self.logger)
    #expect(client.server == nil)
    #expect(client.client != nil)
  }

  private static let wrongFiles: [([String: String], String, String)] = [
    (["tls.certFile": "nothing.pem", "tls.keyFile": "own.key"], "tls.certFile", "no certificate"),
    (["tls.certFile": "own.pem", "tls.keyFile": "nothing.pem"], "tls.keyFile", "no key"),
    (["tls.certFile": "gone.pem", "tls.keyFile": "own.key"], "tls.certFile", "no such file"),
    (
      ["tls.certFile": "own.pem", "tls.keyFile": "own.key", "tls.clientCaFile": "nothing.pem"],
      "tls.clientCaFile", "no certificate"
    ),
    (["peer.caFile": "nothing.pem"], "peer.caFile", "no certificate"),
    (
      ["peer.caFile": "authority.pem", "peer.certFile": "own.pem", "peer.keyFile": "gone.key"],
      "peer.keyFile", "no such file"
    ),
  ]

  @Test(arguments: wrongFiles)
  func `a wrong file is a wrong configuration, with its setting, path and cause`(
    files: [String: String], key: String, cause: String
  ) throws {
    let settings = try settings(files)
    let path = folder.path(of: try #require(files[key]))
    do throws(Failure) {
      _ = try ProcessCertificates(settings, logger: Self.logger)
      Issue.record("these files were taken")
    } catch {
      #expect(error.status == .wrongConfiguration)
      #expect(error.what.hasPrefix("\(key): "))
      #expect(error.what.contains(path))
      #expect(error.what.contains(cause))
      #expect(error.remedy.hasSuffix(SettingName.flag(of: key)))
    }
  }

  @Test func `settings that need one another are checked before anything starts`() {
    #expect(problems(["tls.certFile": "own.pem"]) == ["tls.keyFile"])
    #expect(problems(["tls.keyFile": "own.key"]) == ["tls.certFile"])
    #expect(problems(["tls.clientCaFile": "authority.pem"]) == ["tls.certFile"])
    let own = ["tls.certFile": "own.pem", "tls.keyFile": "own.key"]
    #expect(problems(own.merging(["tls.clientNames": "a"]) { $1 }) == ["tls.clientCaFile"])
    #expect(problems(["peer.serverName": "a"]) == ["peer.caFile"])
    #expect(problems(["peer.certFile": "own.pem"]) == ["peer.keyFile", "peer.caFile"])
    #expect(problems(["peer.keyFile": "own.key"]) == ["peer.certFile"])
    #expect(
      problems(["peer.caFile": "authority.pem", "peer.serverName": "10.0.0.7"])
        == ["peer.serverName"])
    #expect(problems(own) == [])
    #expect(problems(["peer.caFile": "authority.pem"]) == [])
  }

  @Test func `up needs to trust what its own services show`() {
    let own = ["tls.certFile": "own.pem", "tls.keyFile": "own.key"]
    #expect(problems(of: .up, own) == ["peer.caFile"])
    #expect(problems(of: .up, own.merging(["peer.caFile": "authority.pem"]) { $1 }) == [])
  }
}
