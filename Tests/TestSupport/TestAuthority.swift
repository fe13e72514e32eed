internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// An authority that lives as long as a test, and what it signs. All texts are PEM.
public struct TestAuthority: Sendable {
  /// A certificate and its key.
  public struct Pair: Sendable {
    public let certificate: String
    public let key: String
  }

  public let certificate: String
  private let name: DistinguishedName
  private let key: Certificate.PrivateKey

  public init(_ commonName: String = "an authority of tests") throws {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName(commonName) }
    let made = try Self.certificate(
      of: key.publicKey, subject: name, issuer: name, signedBy: key,
      validFor: -.day ..< .day,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      })
    certificate = try made.serializeAsPEM().pemString
    self.name = name
    self.key = key
  }

  /// - Parameters:
  ///   - addresses: Each of 4 or 16 bytes.
  ///   - isExpired: Whether its time is over.
  public func sign(
    dns: [String] = [], addresses: [[UInt8]] = [], uris: [String] = [], emails: [String] = [],
    isExpired: Bool = false
  ) throws -> Pair {
    let own = P256.Signing.PrivateKey()
    let names =
      dns.map { GeneralName.dnsName($0) }
      + uris.map { GeneralName.uniformResourceIdentifier($0) }
      + emails.map { GeneralName.rfc822Name($0) }
      + addresses.map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) }
    let made = try Self.certificate(
      of: Certificate.PrivateKey(own).publicKey,
      subject: try DistinguishedName { CommonName("a peer of tests") }, issuer: name,
      signedBy: key, validFor: isExpired ? -2 * .day ..< -.day : -.day ..< .day,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        if !names.isEmpty { SubjectAlternativeNames(names) }
      })
    return Pair(
      certificate: try made.serializeAsPEM().pemString, key: own.pemRepresentation)
  }

  /// - Parameter range: Seconds from now.
  private static func certificate(
    of publicKey: Certificate.PublicKey, subject: DistinguishedName, issuer: DistinguishedName,
    signedBy key: Certificate.PrivateKey, validFor range: Range<TimeInterval>,
    extensions: Certificate.Extensions
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: Date(timeIntervalSinceNow: range.lowerBound),
      notValidAfter: Date(timeIntervalSinceNow: range.upperBound), issuer: issuer,
      subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
      issuerPrivateKey: key)
  }
}

extension TimeInterval {
  fileprivate static let day: TimeInterval = 86_400
}
