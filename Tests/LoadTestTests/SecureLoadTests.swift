import Logging
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing
import Transport

@testable import LoadTest

/// Load over TLS, with real sockets.
@Suite struct SecureLoadTests {
  private let authority: TestAuthority
  private let folder: TestFolder
  private let ca: String

  init() throws {
    authority = try TestAuthority()
    folder = try TestFolder()
    ca = try folder.write(authority.certificate, "ca.pem")
  }

  private func write(_ pair: TestAuthority.Pair, _ name: String) throws -> TLSFiles {
    TLSFiles(
      certificate: try folder.write(pair.certificate, "\(name).pem"),
      key: try folder.write(pair.key, "\(name).key"))
  }

  private func run(
    _ pair: TestAuthority.Pair? = nil, asksClients: Bool = false,
    _ change: (inout RunConfiguration) throws -> Void
  ) async throws -> RunResult {
    let shown = try pair ?? authority.sign(addresses: [[127, 0, 0, 1]])
    var files = try write(shown, "server")
    if asksClients { files.authority = ca }
    var settings = ServerSettings()
    settings.tls = try TLSCredentials(serverFiles: files, logger: Logger(label: "stub"))
    let (server, port) = try await StubShop().serve(settings)
    var configuration = RunConfiguration()
    configuration.inventory = TargetAddress(host: "127.0.0.1", port: port)
    configuration.orders = configuration.inventory
    configuration.workload.seed = 5
    configuration.workload.skus = 20
    configuration.preparedStock = 100
    configuration.ending = .count(300)
    configuration.concurrency = 10
    configuration.connections = 2
    var tls = LoadTLS()
    tls.authority = ca
    configuration.tls = tls
    try change(&configuration)
    let outcome: Result<RunResult, any Error>
    do {
      outcome = .success(
        try await LoadRun(configuration, logger: Logger(label: "test"))
          .run(control: RunControl()) { _ in })
    } catch {
      outcome = .failure(error)
    }
    await server.shutdown(within: .seconds(60))
    return try outcome.get()
  }

  private func refusal(
    _ pair: TestAuthority.Pair? = nil, asksClients: Bool = false,
    _ change: (inout RunConfiguration) throws -> Void
  ) async throws -> LoadError {
    do {
      _ = try await run(pair, asksClients: asksClients, change)
    } catch let error as LoadError {
      return error
    }
    Issue.record("the run was made")
    return LoadError(.contradiction(""))
  }

  @Test func `a run and what is asked around it go over TLS`() async throws {
    let result = try await run { $0.verifies = true }
    #expect(result.summary.completed == 300)
    #expect(result.summary.errorRate == 0)
    #expect(result.exitCode == 0)
  }

  @Test func `a server that asks for a certificate gets it`() async throws {
    let files = try write(authority.sign(dns: ["load.test"]), "client")
    let result = try await run(asksClients: true) {
      $0.tls?.certificate = files.certificate
      $0.tls?.key = files.key
    }
    #expect(result.summary.errorRate == 0)
    let without = try await refusal(asksClients: true) { $0.preparedStock = nil }
    #expect(without.exitCode == 69)
    #expect(without.description.hasPrefix("cannot connect to 127.0.0.1:"))
  }

  @Test func `a server's name is the target's or the one that was given`() async throws {
    let pair = try authority.sign(dns: ["shop.test"])
    let named = try await run(pair) { $0.tls?.serverName = "shop.test" }
    #expect(named.summary.errorRate == 0)
    let other = try await refusal(pair) { $0.preparedStock = nil }
    #expect(other.exitCode == 69)
    #expect(other.description.hasSuffix("TLS handshake: the certificate is of another name"))
  }

  @Test func `a certificate of an unknown authority is exit 69 with its cause`() async throws {
    let stranger = try TestAuthority().sign(addresses: [[127, 0, 0, 1]])
    let error = try await refusal(stranger) { $0.preparedStock = nil }
    #expect(error.exitCode == 69)
    #expect(error.description.hasSuffix("TLS handshake: certificate verify failed"))
    let prepared = try await refusal(stranger) { _ in }
    #expect(prepared.exitCode == 69)
    #expect(prepared.description.contains("certificate verify failed"))
  }

  @Test func `a server that does not choose h2 is exit 69 before anything is sent`() async throws {
    let pair = try authority.sign(addresses: [[127, 0, 0, 1]])
    var own = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8))
        .map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem)))
    own.applicationProtocols = ["http/1.1"]
    let context = try NIOSSLContext(configuration: own)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = listener.localAddress?.port ?? 0
    let error = try await refusal {
      $0.preparedStock = nil
      $0.inventory = TargetAddress(host: "127.0.0.1", port: port)
      $0.orders = $0.inventory
    }
    #expect(
      error
        == LoadError(
          .targetUnavailable(
            address: "127.0.0.1:\(port)",
            cause: "TLS: the server chose no protocol by ALPN, and not h2")))
    try await listener.close().get()
  }

  @Test func `a file that cannot be used is exit 64 before anything is opened`() async throws {
    let missing = folder.path(of: "missing.pem")
    let error = try await refusal { $0.tls?.authority = missing }
    #expect(error == LoadError(.certificateUnusable("cannot read \(missing): no such file")))
    #expect(error.exitCode == 64)
  }
}
