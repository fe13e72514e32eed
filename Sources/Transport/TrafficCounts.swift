public import HTTP2

/// What the connections of a server or a client have done so far, those that are gone included.
public struct TrafficCounts: Sendable, Equatable {
  /// A GOAWAY that this side sent, told apart by what it said.
  public struct GoAway: Hashable, Sendable {
    public let code: HTTP2ErrorCode
    /// One of a few texts of our own; empty for one that nghttp2 made.
    public let reason: String

    public init(code: HTTP2ErrorCode, reason: String) {
      self.code = code
      self.reason = reason
    }
  }

  /// Right now.
  public package(set) var connections = 0
  public package(set) var openStreams = 0
  /// Handlers that have not returned, on connections that are gone as well. Always 0 on a client.
  public package(set) var runningHandlers = 0
  /// The least that any open connection has left of its budget, by rule of the ledger.
  public package(set) var tokensLeast: [AbuseLedger.Rule: UInt64] = [:]

  /// Ever since. HTTP/2's bytes, with all its frames.
  public package(set) var bytesReceived: UInt64 = 0
  public package(set) var bytesSent: UInt64 = 0
  /// Values of metadata that were dropped because they are not printable ASCII.
  public package(set) var droppedValues: UInt64 = 0
  public package(set) var goAwaysSent: [GoAway: UInt64] = [:]
  /// By code alone: the text is the peer's and may be anything. Codes nobody listed are one.
  public package(set) var goAwaysReceived: [HTTP2ErrorCode: UInt64] = [:]

  /// Stands for every code without a name.
  public static let unlistedCode = HTTP2ErrorCode(rawValue: .max)

  public init() {}
}
