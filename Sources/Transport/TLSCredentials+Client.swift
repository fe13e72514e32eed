public import NIOCore
internal import NIOSSL

extension TLSCredentials {
  /// What has to be chosen by ALPN before HTTP/2 is spoken. (RFC 9113 §3.2)
  public static let protocolName = "h2"

  /// Puts TLS into the channel of a client, before whatever speaks over it.
  /// - Parameter serverName: The name that the certificate has to bear and that is sent as SNI; nil
  ///   when the certificate has to bear the address of the channel.
  public func secureClient(_ channel: any Channel, serverName: String?) throws {
    try channel.pipeline.syncOperations.addHandler(
      NIOSSLClientHandler(context: context, serverHostname: serverName))
  }
}
