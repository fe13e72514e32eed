internal import NIOSSL

/// Why a handshake or a connection over TLS failed, in words for messages and logs.
public enum TLSCause {
  /// Nil when the error is not one of TLS.
  public static func text(of error: any Error) -> String? {
    switch error {
    case let error as BoringSSLError: "TLS: \(words(of: error))"
    case let error as NIOSSLError: words(of: error)
    case let error as NIOSSLExtraError: words(of: error)
    case is NIOSSLCloseTimedOutError: "TLS: the peer did not answer close_notify"
    default: nil
    }
  }

  /// - Parameter chosen: What the server chose by ALPN.
  public static func notHTTP2(_ chosen: String?) -> String {
    "TLS: the server chose \(chosen ?? "no protocol") by ALPN, and not h2"
  }

  private static func words(of error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let cause): "TLS handshake: \(words(of: cause))"
    case .shutdownFailed(let cause): "TLS: \(words(of: cause))"
    case .uncleanShutdown: "closed by the peer"
    case .noCertificateToValidate: "TLS handshake: the peer showed no certificate"
    case .unableToValidateCertificate: "TLS handshake: the certificate cannot be checked"
    default: "TLS: \(error)"
    }
  }

  private static func words(of error: NIOSSLExtraError) -> String {
    switch error {
    case .failedToValidateHostname: "TLS handshake: the certificate is of another name"
    case .invalidSNIHostname, .cannotUseIPAddressInSNI, .serverHostnameImpossibleToMatch:
      "TLS: the server's name is none that a certificate could have"
    default: "TLS: \(error)"
    }
  }

  private static func words(of error: BoringSSLError) -> String {
    switch error {
    case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack),
      .failedToSetALPN(let stack):
      // From the cause that lies deepest to what the handshake made of it, which is the only one
      // with a name that people look for.
      stack.last.map(words) ?? "failed"
    case .zeroReturn: "closed by the peer"
    case .syscallError: "the connection broke"
    default: "\(error)"
    }
  }

  /// `Error: 268 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …:393`
  /// is "certificate verify failed". The text is all there is of it that can be read.
  private static func words(of error: BoringSSLInternalError) -> String {
    if error == .eofDuringHandshake { return "closed by the peer" }
    let text = "\(error)"
    guard let name = text.split(separator: ":").first(where: { $0.contains(" at ") }) else {
      return text
    }
    let end = name.firstRange(of: " at ")?.lowerBound ?? name.endIndex
    return name[..<end].lowercased().replacing("_", with: " ")
  }
}
