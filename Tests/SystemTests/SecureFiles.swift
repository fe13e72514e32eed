import TestSupport

/// An authority and the certificates of both sides, in files that programs can be given.
struct SecureFiles {
  let authority: TestAuthority
  let folder: TestFolder
  let ca: String
  /// Certificate and key of a server at 127.0.0.1.
  let server: [String]
  let client: [String]

  init() throws {
    authority = try TestAuthority()
    folder = try TestFolder()
    ca = try folder.write(authority.certificate, "ca.pem")
    let pair = try authority.sign(dns: ["localhost"], addresses: [[127, 0, 0, 1]])
    server = try Self.write(pair, "server", folder)
    client = try Self.write(authority.sign(dns: ["a.client"]), "client", folder)
  }

  static func write(
    _ pair: TestAuthority.Pair, _ name: String, _ folder: TestFolder
  ) throws -> [String] {
    try [
      folder.write(pair.certificate, "\(name).pem"), folder.write(pair.key, "\(name).key"),
    ]
  }

  /// As `client.py` takes them.
  var stockClient: [String: String] {
    ["STOCK_CA": ca, "STOCK_CERT": client[0], "STOCK_KEY": client[1]]
  }
}
