internal import Logging
internal import Transport

/// TLS to the servers: whom the tool trusts, and what it shows. Files are PEM.
public struct LoadTLS: Equatable, Sendable {
  /// Authorities of the servers' certificates; nil trusts those of the system.
  public var authority: String?
  public var certificate: String?
  public var key: String?
  /// The name that the servers' certificates bear; nil when it is that of the target.
  public var serverName: String?

  public init() {}

  /// Reads the files, and blocks while it does.
  func credentials(_ logger: Logger) throws(LoadError) -> TLSCredentials {
    do throws(TLSFileError) {
      return try TLSCredentials(
        clientFiles: TLSFiles(certificate: certificate, key: key, authority: authority),
        logger: logger)
    } catch {
      throw LoadError(.certificateUnusable("\(error)"))
    }
  }
}
