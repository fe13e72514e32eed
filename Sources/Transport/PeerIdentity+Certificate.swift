internal import NIOCore
internal import NIOSSL
internal import RPC
internal import SwiftASN1
internal import X509

extension PeerIdentity {
  /// The names in a certificate that TLS has found good. A certificate without any, or with some
  /// that do not decode, names nobody.
  convenience init(_ certificate: NIOSSLCertificate) {
    let names = try? Certificate(derEncoded: certificate.toDERBytes())
      .extensions.subjectAlternativeNames
    self.init(names: (names ?? SubjectAlternativeNames()).compactMap(Self.name))
  }

  private static func name(_ name: GeneralName) -> Name? {
    switch name {
    case .dnsName(let text): .dns(text)
    case .uniformResourceIdentifier(let text): .uri(text)
    case .rfc822Name(let text): .email(text)
    case .ipAddress(let address):
      try? SocketAddress(packedIPAddress: ByteBuffer(bytes: address.bytes), port: 0)
        .ipAddress.map { .address($0) }
    default: nil
    }
  }
}
