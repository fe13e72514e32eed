/// Why a whole connection ends. When a session throws one, a GOAWAY with `code` and `reasonText`
/// is already waiting: the owner drains once more, writes, ends its calls and closes.
public struct HTTP2ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The first bytes are not the client's preface: another protocol, or noise.
    case badPreface
    /// Too many acknowledgements wait to be read by the peer.
    case acknowledgementsOverLimit(limit: Int)
    /// A header block in more CONTINUATION frames than are taken.
    case continuationsOverLimit(limit: Int)
    /// A budget of the abuse ledger ran out.
    case flood(AbuseLedger.Rule)
    /// nghttp2 refused to go on.
    case library(LibraryFailure)
    /// `receive` or `drain` was called while one of them runs. The session goes on.
    case reentered
    /// The session has failed before, so it takes nothing more.
    case alreadyFailed
  }

  public let reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  /// What GOAWAY tells the peer.
  public var code: HTTP2ErrorCode {
    switch reason {
    case .badPreface: .protocolError
    case .acknowledgementsOverLimit, .continuationsOverLimit, .flood: .enhanceYourCalm
    case .library, .reentered, .alreadyFailed: .internalError
    }
  }

  /// The text in GOAWAY and in the log, plain ASCII.
  public var reasonText: String {
    switch reason {
    case .badPreface: "not HTTP/2"
    case .acknowledgementsOverLimit: "flood: acknowledgements"
    case .continuationsOverLimit: "flood: continuation"
    case .flood(let rule): "flood: \(rule.rawValue)"
    case .library(let failure): failure.description
    case .reentered: "session is running"
    case .alreadyFailed: "session has failed"
    }
  }

  public var description: String { "\(code): \(reasonText)" }
}
