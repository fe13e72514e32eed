/// The files of one side of TLS, all of them PEM.
public struct TLSFiles: Sendable, Equatable {
  /// The certificate that this side shows, followed by those that lead to its authority. A server
  /// has to show one.
  public var certificate: String?
  /// The certificate's key, not encrypted.
  public var key: String?
  /// The authorities one of which must have signed what the other side shows. A server without them
  /// asks its clients for no certificate; a client without them trusts those of the system.
  public var authority: String?

  public init(certificate: String? = nil, key: String? = nil, authority: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.authority = authority
  }
}
