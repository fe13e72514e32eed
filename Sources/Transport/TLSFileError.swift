/// Why the files of one side of TLS cannot be used.
public struct TLSFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// In the words of the system.
    case unreadable(String)
    case tooLong(bytesMax: Int)
    case noCertificate
    case noKey
    /// The key is not that of the certificate.
    case keyOfAnother(certificate: String)
    case certificateWithoutKey
    case keyWithoutCertificate
    /// A server has nothing to show.
    case certificateMissing
    /// Anything else, in the words of the library.
    case refused(String)
  }

  public let reason: Reason
  /// The file's path; empty when none was named.
  public let file: String

  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    switch reason {
    case .unreadable(let cause): "cannot read \(file): \(cause)"
    case .tooLong(let bytesMax): "\(file) is longer than \(bytesMax) bytes"
    case .noCertificate: "\(file) holds no certificate in PEM form"
    case .noKey: "\(file) holds no key in PEM form, or one that is encrypted"
    case .keyOfAnother(let certificate):
      "\(file) is not the key of the certificate in \(certificate)"
    case .certificateWithoutKey: "\(file) is a certificate without its key"
    case .keyWithoutCertificate: "\(file) is a key without its certificate"
    case .certificateMissing: "a server over TLS needs a certificate and its key"
    case .refused(let cause): "\(file) cannot be used: \(cause)"
    }
  }
}
