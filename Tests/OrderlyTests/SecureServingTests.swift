import Foundation
import TestSupport
import Testing

/// The real program with certificates.
@Suite struct SecureServingTests {
  private let authority: TestAuthority
  private let folder: TestFolder

  init() throws {
    authority = try TestAuthority()
    folder = try TestFolder()
    try folder.write(authority.certificate, "ca.pem")
    try writePair("own")
  }

  private func writePair(_ name: String) throws {
    let pair = try authority.sign(dns: ["orders.test"], addresses: [[127, 0, 0, 1]])
    try folder.write(pair.certificate, "\(name).pem")
    try folder.write(pair.key, "\(name).key")
  }

  private var peerFlags: [String] {
    [
      "--peer-ca-file", folder.path(of: "ca.pem"), "--peer-cert-file", folder.path(of: "own.pem"),
      "--peer-key-file", folder.path(of: "own.key"),
    ]
  }

  private var serverFlags: [String] {
    [
      "--tls-cert-file", folder.path(of: "own.pem"), "--tls-key-file", folder.path(of: "own.key"),
      "--tls-client-ca-file", folder.path(of: "ca.pem"),
    ]
  }

  private static let ports = [
    "--edge-port", "0", "--inventory-port", "0", "--orders-port", "0", "--admin-port", "0",
  ]

  @Test func `services find each other over TLS, and new certificates are taken on SIGHUP`()
    async throws
  {
    let databases = [
      "--inventory-database", try await ThrowAwayPostgres.shared.makeDatabase(),
      "--orders-database", try await ThrowAwayPostgres.shared.makeDatabase(),
    ]
    let ended = try await OrderlyProgram.serving(
      ["up", "--tls-client-names", "a.test,orders.test"] + Self.ports + databases + serverFlags
        + peerFlags
    ) { program in
      let edge = try await program.address("edge")
      #expect(try await program.get("\(edge)/v1/stock/CUP-BLUE").status == 200)
      let inventory = try await program.address("inventory")
      let clear = try await OrderlyProgram.run("reconcile", "--inventory", inventory)
      #expect(clear.code == 69)
      let nameless = try await OrderlyProgram.run(
        "reconcile", "--inventory", inventory, "--peer-ca-file", folder.path(of: "ca.pem"))
      #expect(nameless.code == 69)
      let reconcile = ["reconcile", "--inventory", inventory] + peerFlags
      #expect(try await OrderlyProgram.run(reconcile).code == 0)

      try writePair("own")
      program.send(SIGHUP)
      // The server's and the clients'.
      _ = try await program.errors.first { $0.contains("new certificates are in use") }
      #expect(try await OrderlyProgram.run(reconcile).code == 0)
      #expect(try await program.get("\(edge)/v1/stock/CUP-BLUE").status == 200)

      try folder.write("nothing", "ca.pem")
      program.send(SIGHUP)
      _ = try await program.errors.first {
        $0.contains("certificates not reloaded") && $0.contains("holds no certificate")
      }
      #expect(try await program.get("\(edge)/v1/stock/CUP-BLUE").status == 200)
      program.send(SIGTERM)
    }
    #expect(ended.code == 0)
    #expect(ended.errors.contains("bears none of the names") == false)
  }

  @Test func `a caller of another name is turned away`() async throws {
    let ended = try await OrderlyProgram.serving(
      [
        "inventory", "--inventory-port", "0", "--admin-port", "0", "--inventory-database",
        try await ThrowAwayPostgres.shared.makeDatabase(), "--tls-client-names", "edge.test",
      ] + serverFlags
    ) { program in
      let inventory = try await program.address("inventory")
      let reconcile = try await OrderlyProgram.run(
        ["reconcile", "--inventory", inventory] + peerFlags)
      #expect(reconcile.code == 69)
      _ = try await program.errors.first {
        $0.contains("bears none of the names") && $0.contains("DNS:orders.test")
      }
      program.send(SIGTERM)
    }
    #expect(ended.code == 0)
  }

  @Test func `a file that cannot be used is a wrong configuration`() async throws {
    let missing = folder.path(of: "missing.pem")
    let ended = try await OrderlyProgram.run(
      "edge", "--edge-port", "0", "--admin-port", "0", "--peer-ca-file", missing)
    #expect(ended.code == 78)
    #expect(
      ended.errorLines.last
        == """
        orderly: peer.caFile: cannot read \(missing): no such file; correct the file, or name \
        another with --peer-ca-file
        """)
    let reconcile = try await OrderlyProgram.run("reconcile", "--peer-ca-file", missing)
    #expect(reconcile.code == 78)
    #expect(reconcile.errors.contains("cannot read \(missing): no such file"))
  }

  @Test(arguments: [
    ["--peer-cert-file", "c", "--peer-key-file", "k"], ["--peer-server-name", "n"],
    ["--peer-ca-file", "a", "--peer-cert-file", "c"],
    ["--peer-ca-file", "a", "--peer-key-file", "k"],
  ])
  func `reconcile refuses files that need others`(arguments: [String]) async throws {
    #expect(try await OrderlyProgram.run(["reconcile"] + arguments).code == 64)
  }

  @Test func `without certificates SIGHUP ends the process as ever`() async throws {
    let ended = try await OrderlyProgram.serving([
      "edge", "--edge-port", "0", "--admin-port", "0",
    ]) { program in
      _ = try await program.address("edge")
      program.send(SIGHUP)
    }
    #expect(ended.code == 1000 + SIGHUP)
  }
}
