import Foundation
import Testing

/// TLS with peers that nobody here wrote: gRPC's own Python runtime, and `openssl`.
@Suite struct TLSInteropTests {
  private static func serve(_ files: SecureFiles, asksClients: Bool = true) throws -> RunningProgram
  {
    try RunningProgram(
      try BuiltPrograms.path("Interop"),
      ["serve", "--cert", files.server[0], "--key", files.server[1]]
        + (asksClients ? ["--ca", files.ca] : []))
  }

  private static func address(of server: RunningProgram) async throws -> String {
    "127.0.0.1:\(try await InteropTests.port(of: server))"
  }

  @Test func `every case passes between gRPC's Python client and our server, both certified`()
    async throws
  {
    let files = try SecureFiles()
    let server = try Self.serve(files)
    let cases = InteropPeer.python.calls
    let output = try await InteropPeer.python.call(
      try await Self.address(of: server), cases, tls: [files.ca] + files.client)
    InteropTests.expectAll(cases, output)
    #expect(server.isRunning)
    server.send(SIGKILL)
  }

  @Test func `every case passes between our client and gRPC's Python server, both certified`()
    async throws
  {
    let files = try SecureFiles()
    let server = try await InteropPeer.python.server(tls: [files.ca] + files.server)
    let cases = InteropPeer.python.calls
    let result = try await RunningProgram.run(
      try BuiltPrograms.path("Interop"),
      [
        "call", try await Self.address(of: server), "--ca", files.ca, "--cert",
        files.client[0], "--key", files.client[1],
      ] + cases.flatMap { ["--case", $0] }, within: 300)
    InteropTests.expectAll(cases, result.output)
    // Certified by somebody the server does not know.
    let stranger = try SecureFiles()
    let refused = try await RunningProgram.run(
      try BuiltPrograms.path("Interop"),
      [
        "call", try await Self.address(of: server), "--case", "empty_unary", "--ca",
        files.ca, "--cert", stranger.client[0], "--key", stranger.client[1],
      ])
    #expect(refused.code == 1)
    #expect(refused.output.hasPrefix("FAILED empty_unary: "))
    server.send(SIGKILL)
  }

  /// What `openssl s_client` says of a handshake. It stays until the other side closes.
  private static func handshake(
    _ server: RunningProgram, _ files: SecureFiles, _ arguments: [String]
  ) async throws -> (code: Int32, text: String) {
    let result = try await RunningProgram.run(
      "/usr/bin/openssl",
      [
        "s_client", "-connect", try await Self.address(of: server), "-CAfile", files.ca,
        "-verify_return_error",
      ] + arguments)
    return (result.code, result.output + result.errors)
  }

  /// SETTINGS, the first frame of a server, begins with a length of three bytes.
  private static let settings = "\0\0"

  @Test(arguments: ["-tls1", "-tls1_1"])
  func `openssl gets no TLS older than 1 point 2`(version: String) async throws {
    let files = try SecureFiles()
    let server = try Self.serve(files, asksClients: false)
    // Debian's openssl would not try it at its own level of security.
    let seen = try await Self.handshake(
      server, files, [version, "-cipher", "DEFAULT@SECLEVEL=0", "-alpn", "h2"])
    #expect(seen.code != 0)
    #expect(seen.text.contains("alert protocol version"), "\(seen.text)")
    server.send(SIGKILL)
  }

  @Test(arguments: ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256"])
  func `openssl gets no cipher without both ECDHE and AEAD`(cipher: String) async throws {
    let files = try SecureFiles()
    let server = try Self.serve(files, asksClients: false)
    let seen = try await Self.handshake(
      server, files, ["-tls1_2", "-cipher", cipher, "-alpn", "h2"])
    #expect(seen.code != 0)
    #expect(seen.text.contains("alert handshake failure"), "\(seen.text)")
    server.send(SIGKILL)
  }

  @Test(arguments: [["-alpn", "http/1.1"], []])
  func `openssl without h2 is closed and gets no HTTP2`(alpn: [String]) async throws {
    let files = try SecureFiles()
    let server = try Self.serve(files, asksClients: false)
    for version in ["-tls1_2", "-tls1_3"] {
      // Quiet, it does not mind the end of its input, and ends because the server closes.
      let seen = try await Self.handshake(server, files, [version, "-quiet"] + alpn)
      #expect(!seen.text.contains(Self.settings), "\(seen.text)")
      let told = try await Self.handshake(server, files, [version] + alpn)
      #expect(told.text.contains("No ALPN negotiated"), "\(told.text)")
      #expect(told.text.contains("Verify return code: 0 (ok)"), "\(told.text)")
    }
    #expect(server.isRunning)
    server.send(SIGKILL)
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `openssl with h2 and a certificate is let in`(version: String) async throws {
    let files = try SecureFiles()
    let server = try Self.serve(files)
    let seen = try await Self.handshake(
      server, files,
      [version, "-alpn", "http/1.1,h2", "-cert", files.client[0], "-key", files.client[1]])
    #expect(seen.text.contains("ALPN protocol: h2"), "\(seen.text)")
    #expect(seen.text.contains("Verify return code: 0 (ok)"), "\(seen.text)")
    server.send(SIGKILL)
  }
}
