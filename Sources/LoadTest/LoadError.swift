/// Why a run could not be done as asked. Every reason has the exit code a script can act on.
public struct LoadError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// A value that does not read as what its option takes.
    case invalidValue(value: String, expected: String)
    /// Two options that exclude each other, or that contradict each other.
    case contradiction(String)
    case fileUnreadable(path: String, cause: String)
    case fileUnwritable(path: String, cause: String)
    /// A file of TLS, in a sentence of its own.
    case certificateUnusable(String)
    /// A result that proves nothing: interrupted, or made by a generator that was the limit.
    case notTrusted(String)
    /// No connection to this address; the cause is what the system said.
    case targetUnavailable(address: String, cause: String)
    /// The edge's own figures cannot be read.
    case edgeAdminUnavailable(address: String, cause: String)
    /// The stock could not be brought to the level asked for.
    case preparationFailed(address: String, cause: String)
    /// The books that orders are to be compared with cannot be read.
    case verificationImpossible(address: String, cause: String)
  }

  public let reason: Reason

  public init(_ reason: Reason) {
    self.reason = reason
  }

  /// After `sysexits.h`: 64 bad options, 69 the target is not available, 74 a file.
  public var exitCode: Int32 {
    switch reason {
    case .invalidValue, .contradiction, .fileUnreadable, .certificateUnusable: 64
    case .targetUnavailable, .preparationFailed, .verificationImpossible, .edgeAdminUnavailable:
      69
    case .fileUnwritable: 74
    case .notTrusted: 4
    }
  }

  public var description: String {
    switch reason {
    case .invalidValue(let value, let expected): "'\(value)' is not \(expected)"
    case .contradiction(let sentence), .notTrusted(let sentence),
      .certificateUnusable(let sentence):
      sentence
    case .fileUnreadable(let path, let cause): "cannot read \(path): \(cause)"
    case .fileUnwritable(let path, let cause): "cannot write \(path): \(cause)"
    case .targetUnavailable(let address, let cause): "cannot connect to \(address): \(cause)"
    case .edgeAdminUnavailable(let address, let cause):
      "cannot read the edge's metrics from \(address): \(cause)"
    case .verificationImpossible(let address, let cause):
      "cannot verify orders with \(address): \(cause); --no-verify does without"
    case .preparationFailed(let address, let cause): "cannot prepare \(address): \(cause)"
    }
  }
}
