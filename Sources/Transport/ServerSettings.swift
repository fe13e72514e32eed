public import HTTP2
internal import RPC

/// The limits of a server. Each is a knob; times are `Duration`.
public struct ServerSettings: Sendable {
  /// The certificates of a server over TLS 1.2 or later; nil serves in clear.
  public var tls: TLSCredentials?
  /// Names one of which each client's certificate has to bear, where certificates are asked for;
  /// none takes all that the authority signed.
  public var tlsClientNames: [String] = []
  /// Streams, header lists, windows and the budgets for abuse.
  public var http2 = HTTP2Settings.server
  /// Bytes of one request message; what is longer is refused by its envelope. (gRPC's default)
  public var receiveMessageBytesMax = 4_194_304
  /// Bytes of one reply message; a longer one is refused before a byte of it is sent.
  public var sendMessageBytesMax = Envelope.messageBytesMax
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
  /// From accepting a socket to the peer's SETTINGS, TLS included.
  public var handshakeTimeMax = Duration.seconds(20)
  /// From the begin of a header block to its end. (Slowloris)
  public var headerBlockTimeMax = Duration.seconds(10)
  /// How long a unary call may stand still for want of the peer's window or of its message's rest.
  public var stallTimeMax = Duration.seconds(60)
  /// The same for a streaming call, whose reader may have reason to wait.
  public var streamStallTimeMax = Duration.seconds(600)
  /// Bytes that wait for the socket; above it nothing is read until half of them are gone.
  public var connectionUnsentBytesMax = 4_194_304
  /// Connections at once; a further one is closed as it comes.
  public var connectionsMax = 10_000
  /// Time between two PINGs of a client; more often is too often. (gRFC A8)
  public var pingIntervalMin = Duration.seconds(300)
  /// Whether that goes for connections without calls too; else they may send one in two hours.
  public var pingWithoutCallsAllowed = false
  /// Silence after which this side asks with a PING whether the peer is there; zero is never.
  /// (gRFC A9)
  public var keepaliveTime = Duration.seconds(7200)
  /// What the answer may take.
  public var keepaliveTimeout = Duration.seconds(20)
  /// Time without calls after which a connection is drained; zero is never. (gRFC A9)
  public var connectionIdle = Duration.zero
  /// Age, give or take a tenth, at which a connection is drained; zero is never. (gRFC A9)
  public var connectionAge = Duration.zero
  /// What calls may take after that before they are cut; zero is for ever. (gRFC A9)
  public var connectionAgeGrace = Duration.zero

  public init() {}
}

extension ServerSettings {
  /// At what age a connection is drained: a tenth more or less than is set, so that connections
  /// that were made together do not all come again together. (gRFC A9)
  func drawAge(_ random: inout some RandomNumberGenerator) -> Duration {
    connectionAge * Double.random(in: 0.9...1.1, using: &random)
  }
}
