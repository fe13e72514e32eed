/// The limits of a session. Each is a knob; the defaults fit gRPC services on a trusted network
/// that are nevertheless reachable by hostile clients.
public struct HTTP2Settings: Sendable, Equatable {
  /// Calls a peer may have open at once; beyond it a stream is refused (SETTINGS 0x3). A stream
  /// counts until it is closed and `HTTP2Session.releaseSlot()` was called for it, for a reset
  /// stream whose handler still runs costs as much as an open one. (CVE-2023-44487)
  public var concurrentStreamsMax: UInt32
  /// Bytes of a header block, Σ(name + value + 32) over its fields; announced as SETTINGS 0x6 and
  /// enforced, because nghttp2 only announces it. (RFC 9113 §6.5.2)
  public var headerListBytesMax: Int
  /// Fields of a header block. One-byte fields of the HPACK table make a small frame expensive.
  public var headerFieldsMax: Int
  /// Bytes a peer may send on one stream before its reader takes any (SETTINGS 0x4).
  public var streamWindowBytes: Int32
  /// Bytes a peer may send on the whole connection before this side took them in.
  public var connectionWindowBytes: Int32
  /// Frames of this side that acknowledge PING and SETTINGS and may wait for the socket at once.
  public var acknowledgementsUnsentMax: Int
  /// Entries in one SETTINGS frame.
  public var settingsEntriesMax: Int
  /// CONTINUATION frames of one header block. (CVE-2024-27316)
  public var continuationsMax: Int
  /// Budgets for frames that cost work and bring none.
  public var ledger: AbuseLedger.Limits

  public static let server = HTTP2Settings(
    streamWindowBytes: 65_535, connectionWindowBytes: 1 << 20)
  public static let client = HTTP2Settings(
    streamWindowBytes: 1 << 20, connectionWindowBytes: 8 << 20)

  public init(streamWindowBytes: Int32, connectionWindowBytes: Int32) {
    self.concurrentStreamsMax = 256
    self.headerListBytesMax = 16_384
    self.headerFieldsMax = 100
    self.streamWindowBytes = streamWindowBytes
    self.connectionWindowBytes = connectionWindowBytes
    self.acknowledgementsUnsentMax = 1000
    self.settingsEntriesMax = 32
    self.continuationsMax = 8
    self.ledger = AbuseLedger.Limits()
  }
}
