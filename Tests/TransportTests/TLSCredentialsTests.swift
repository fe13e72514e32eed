import RPC
import TestSupport
import Testing

@testable import Transport

/// Files of certificates: which are refused, and what their change does.
@Suite struct TLSCredentialsTests {
  private static func refusal(server files: TLSFiles) -> TLSFileError? {
    do throws(TLSFileError) {
      _ = try TLSCredentials(serverFiles: files, logger: .quiet)
      return nil
    } catch {
      return error
    }
  }

  @Test func `files that cannot be used are refused with the file's name`() throws {
    let fixture = try TLSFixture()
    let good = try fixture.files("good", fixture.authority.sign(dns: ["a"]), authority: true)
    let other = try fixture.files("other", fixture.authority.sign(dns: ["b"]))
    let text = try fixture.folder.write("no certificate at all\n", "text.pem")
    let empty = try fixture.folder.write("", "empty.pem")
    let cut = try fixture.folder.write(
      String(fixture.authority.certificate.dropLast(60)), "cut.pem")
    let missing = fixture.folder.path(of: "missing.pem")
    #expect(Self.refusal(server: good) == nil)

    func expect(
      _ reason: TLSFileError.Reason, _ file: String?, _ change: (inout TLSFiles) -> Void
    ) {
      var files = good
      change(&files)
      #expect(Self.refusal(server: files) == TLSFileError(reason, file: file ?? ""))
    }
    expect(.unreadable("no such file"), missing) { $0.certificate = missing }
    expect(.unreadable("no such file"), missing) { $0.key = missing }
    expect(.unreadable("no such file"), missing) { $0.authority = missing }
    for file in [text, empty, cut, good.key] {
      expect(.noCertificate, file) { $0.certificate = file }
      expect(.noCertificate, file) { $0.authority = file }
    }
    for file in [text, empty, good.certificate] { expect(.noKey, file) { $0.key = file } }
    expect(.keyOfAnother(certificate: good.certificate ?? ""), other.key) { $0.key = other.key }
    expect(.certificateWithoutKey, good.certificate) { $0.key = nil }
    expect(.keyWithoutCertificate, good.key) { $0.certificate = nil }
    expect(.certificateMissing, "") {
      $0.certificate = nil
      $0.key = nil
    }
    #expect(
      throws: TLSFileError(.certificateWithoutKey, file: good.certificate ?? "")
    ) {
      try TLSCredentials(
        clientFiles: TLSFiles(certificate: good.certificate), logger: .quiet)
    }
  }

  @Test func `a folder is no file, and neither is what nobody could have filled`() throws {
    let fixture = try TLSFixture()
    var files = try fixture.files("good", fixture.authority.sign(dns: ["a"]))
    files.authority = fixture.folder.path
    guard case .unreadable? = Self.refusal(server: files)?.reason else {
      Issue.record("a folder was read")
      return
    }
    files.authority = try fixture.folder.write(
      String(repeating: "x", count: TLSContents.fileBytesMax + 1), "long.pem")
    #expect(
      Self.refusal(server: files)
        == TLSFileError(.tooLong(bytesMax: TLSContents.fileBytesMax), file: files.authority ?? ""))
  }

  @Test func `an encrypted key is refused instead of asking somebody for its password`() throws {
    let fixture = try TLSFixture()
    var files = try fixture.files("good", fixture.authority.sign(dns: ["a"]))
    files.key = try fixture.folder.write(
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw
      -----END ENCRYPTED PRIVATE KEY-----

      """, "locked.key")
    #expect(Self.refusal(server: files)?.reason == .noKey)
  }

  @Test func `changed files serve new handshakes, and open connections live on`() async throws {
    let fixture = try TLSFixture()
    let log = LogRecorder()
    let files = try fixture.files(
      "server", fixture.authority.sign(addresses: [TLSFixture.loopback]))
    let credentials = try TLSCredentials(serverFiles: files, logger: log.logger)
    let notes = try await fixture.server(credentials)
    let trusted = try fixture.clientCredentials()
    let first = notes.client { $0.tls = trusted }
    #expect(await TLSFixture.failure(of: first) == nil)

    // A pair that only another authority's friends take, so that it shows which one serves.
    let other = try TestAuthority("another authority")
    _ = try fixture.files("server", other.sign(addresses: [TLSFixture.loopback]))
    await credentials.look(isAsked: false)
    #expect(await TLSFixture.failure(of: first) == nil)
    let second = notes.client { $0.tls = trusted }
    #expect(await TLSFixture.failure(of: second)?.code == .unavailable)
    try fixture.folder.write(other.certificate, "other.pem")
    let convinced = try TLSCredentials(
      clientFiles: TLSFiles(authority: fixture.folder.path(of: "other.pem")), logger: .quiet)
    let third = notes.client { $0.tls = convinced }
    #expect(await TLSFixture.failure(of: third) == nil)
    #expect(log.lines.map(\.message) == ["new certificates are in use"])
    for client in [first, second, third] { await client.shutdown() }
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `a pair that does not load is told once, and the old one stays`() async throws {
    let fixture = try TLSFixture()
    let log = LogRecorder()
    let pair = try fixture.authority.sign(addresses: [TLSFixture.loopback])
    let files = try fixture.files("server", pair)
    let credentials = try TLSCredentials(serverFiles: files, logger: log.logger)
    let notes = try await fixture.server(credentials)
    let trusted = try fixture.clientCredentials()
    func callFails() async -> Bool {
      let client = notes.client { $0.tls = trusted }
      let error = await TLSFixture.failure(of: client)
      await client.shutdown()
      return error != nil
    }
    // The certificate is there and its key is not yet, as while somebody copies both.
    let next = try fixture.authority.sign(addresses: [TLSFixture.loopback])
    try fixture.folder.write(next.certificate, "server.pem")
    for _ in 0..<3 { await credentials.look(isAsked: false) }
    #expect(await !callFails())
    #expect(log.lines.count == 1)
    #expect(log.lines[0].metadata["error"]?.contains("server.key is not the key of") == true)
    await credentials.reload()
    #expect(log.lines.count == 2)
    try fixture.folder.remove("server.key")
    for _ in 0..<3 { await credentials.look(isAsked: false) }
    #expect(log.lines.count == 3)
    #expect(log.lines[2].metadata["error"]?.hasSuffix("server.key: no such file") == true)
    #expect(await !callFails())
    try fixture.folder.write(next.key, "server.key")
    await credentials.look(isAsked: false)
    #expect(log.lines.last?.message == "new certificates are in use")
    #expect(await !callFails())
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `a client shows its new certificate from its next connection on`() async throws {
    let fixture = try TLSFixture()
    let notes = try await fixture.server(fixture.serverCredentials(asksClients: true))
    let files = try fixture.files("client", TestAuthority().sign(), authority: true)
    let credentials = try TLSCredentials(clientFiles: files, logger: .quiet)
    let client = notes.client {
      $0.tls = credentials
      $0.backoff.initial = .milliseconds(10)
    }
    #expect(await TLSFixture.failure(of: client)?.code == .unavailable)
    _ = try fixture.files("client", fixture.authority.sign(), authority: true)
    await credentials.reload()
    #expect(await eventually { await TLSFixture.failure(of: client) == nil })
    await client.shutdown()
    await notes.server.shutdown(within: .seconds(60))
  }

  @Test func `the files are looked at while they are watched, and no longer`() async throws {
    let fixture = try TLSFixture()
    let log = LogRecorder()
    let files = try fixture.files("server", fixture.authority.sign(dns: ["a"]))
    let credentials = try TLSCredentials(serverFiles: files, logger: log.logger)
    let watching = Task { await credentials.watch(every: .milliseconds(1)) }
    _ = try fixture.files("server", fixture.authority.sign(dns: ["b"]))
    #expect(await eventually { log.lines.last?.message == "new certificates are in use" })
    watching.cancel()
    await watching.value
    #expect(TLSCredentials.watchInterval <= .seconds(15))
  }
}
