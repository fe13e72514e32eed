import RPC
import TestSupport
import Transport

/// An authority, the files of both sides, and servers and clients that use them.
struct TLSFixture {
  static let loopback: [UInt8] = [127, 0, 0, 1]

  let authority: TestAuthority
  let folder: TestFolder

  init() throws {
    authority = try TestAuthority()
    folder = try TestFolder()
    try folder.write(authority.certificate, "authority.pem")
  }

  /// Writes a pair under a name.
  func files(
    _ name: String, _ pair: TestAuthority.Pair? = nil, authority: Bool = false
  ) throws -> TLSFiles {
    var files = TLSFiles()
    if let pair {
      files.certificate = try folder.write(pair.certificate, "\(name).pem")
      files.key = try folder.write(pair.key, "\(name).key")
    }
    if authority { files.authority = folder.path(of: "authority.pem") }
    return files
  }

  /// Shows a certificate of 127.0.0.1 unless told otherwise.
  func serverCredentials(
    _ pair: TestAuthority.Pair? = nil, asksClients: Bool = false
  ) throws -> TLSCredentials {
    let shown = try pair ?? authority.sign(addresses: [Self.loopback])
    return try TLSCredentials(
      serverFiles: files("server", shown, authority: asksClients), logger: .quiet)
  }

  /// Trusts the authority, and shows nothing unless told otherwise.
  func clientCredentials(_ pair: TestAuthority.Pair? = nil) throws -> TLSCredentials {
    try TLSCredentials(clientFiles: files("client", pair, authority: true), logger: .quiet)
  }

  func server(
    _ credentials: TLSCredentials? = nil, _ change: (inout ServerSettings) -> Void = { _ in }
  ) async throws -> NoteServer {
    let credentials = try credentials ?? serverCredentials()
    return try await NoteServer {
      $0.tls = credentials
      change(&$0)
    }
  }

  /// The error of one call, or nil when it was answered.
  static func failure(of client: Client) async -> RPCError? {
    do throws(RPCError) {
      _ = try await client.unary(NoteAPI.echo, Note("hello"), CallContext())
      return nil
    } catch {
      return error
    }
  }
}
