internal import NIOCore
internal import NIOSSL

/// From the contents of files to what NIO makes handshakes with.
enum TLSContextMaking {
  /// Forward secrecy and authenticated encryption, which is what RFC 9113 §9.2.2 leaves of TLS 1.2;
  /// TLS 1.3 has no other.
  private static let ciphers: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  /// How long a peer may take to answer `close_notify`. What matters has been said by then.
  private static let closeTimeMax = TimeAmount.seconds(1)

  static func context(
    of contents: TLSContents, _ files: TLSFiles, isServer: Bool
  ) throws(TLSFileError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = ciphers
    configuration.applicationProtocols = [TLSCredentials.protocolName]
    configuration.shutdownTimeout = closeTimeMax
    configuration.certificateVerification = .fullVerification
    if let file = files.authority {
      configuration.trustRoots = .certificates(try certificates(contents.authority, file))
    }
    if isServer {
      guard files.certificate != nil || files.key != nil else {
        throw TLSFileError(.certificateMissing, file: "")
      }
      // Clients have no name that could be checked; the handlers see which names they have.
      configuration.certificateVerification =
        files.authority == nil ? .none : .noHostnameVerification
      configuration.sendCANameList = files.authority != nil
    }
    try addPair(to: &configuration, contents, files)
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch NIOSSLError.failedToLoadPrivateKey {
      throw TLSFileError(
        .keyOfAnother(certificate: files.certificate ?? ""), file: files.key ?? "")
    } catch {
      throw TLSFileError(
        .refused(TLSCause.text(of: error) ?? "\(error)"),
        file: files.certificate ?? files.authority ?? "")
    }
  }

  private static func addPair(
    to configuration: inout TLSConfiguration, _ contents: TLSContents, _ files: TLSFiles
  ) throws(TLSFileError) {
    switch (files.certificate, files.key) {
    case (nil, nil): break
    case (let certificate?, nil): throw TLSFileError(.certificateWithoutKey, file: certificate)
    case (nil, let key?): throw TLSFileError(.keyWithoutCertificate, file: key)
    case (let certificate?, let keyFile?):
      let chain = try certificates(contents.certificate, certificate)
      configuration.certificateChain = chain.map { .certificate($0) }
      guard !contents.key.isEmpty,
        let key = try? NIOSSLPrivateKey(bytes: contents.key, format: .pem)
      else { throw TLSFileError(.noKey, file: keyFile) }
      configuration.privateKey = .privateKey(key)
    }
  }

  private static func certificates(
    _ bytes: [UInt8], _ file: String
  ) throws(TLSFileError) -> [NIOSSLCertificate] {
    guard !bytes.isEmpty, let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty
    else { throw TLSFileError(.noCertificate, file: file) }
    return found
  }
}
