public import HTTP2

/// The limits of a server. Each is a knob; times are `Duration`.
public struct ServerSettings: Sendable {
  /// Streams, header lists, windows and the budgets for abuse.
  public var http2 = HTTP2Settings.server
  /// Bytes of one request message; what is longer is refused by its envelope. (gRPC's default)
  public var receiveMessageBytesMax = 4_194_304
  /// Messages and groups inside one another in one request. (protobuf's recursion limit)
  public var wireDepthMax = 100
  /// Length-delimited elements in one request, since two bytes can stand for a large struct.
  public var wireElementsMax = 65_536
  /// Encoded bytes of `grpc-message`; what is longer is cut at a character.
  public var statusMessageBytesMax = 1024
  /// Encoded bytes of `grpc-status-details-bin`; what is longer is dropped and logged.
  public var statusDetailsBytesMax = 4096
  /// Bytes of a streamed reply that wait for the peer's window before its handler has to.
  public var streamUnsentBytesMax = 65_536
  /// From accepting a socket to the peer's SETTINGS.
  public var handshakeTimeMax = Duration.seconds(20)

  public init() {}
}
