public import HTTP2
public import RPC

/// The limits of a client. Each is a knob; times are `Duration`.
public struct ClientSettings: Sendable {
  /// What a client over TLS 1.2 or later shows and trusts; nil calls in clear.
  public var tls: TLSCredentials?
  /// The name that the server's certificate has to bear instead of that in the target. A target
  /// that is an address and not a name is else looked for as such.
  public var tlsServerName: String?
  /// Header lists and windows.
  public var http2 = HTTP2Settings.client
  /// Bytes of one reply message; what is longer is refused by its envelope. (gRPC's default)
  public var receiveMessageBytesMax = 4_194_304
  /// Bytes of one request message; a longer one is refused before a byte of it is sent.
  public var sendMessageBytesMax = Envelope.messageBytesMax
  /// Bytes of a streamed request that wait for the server's window before their writer has to.
  public var streamUnsentBytesMax = 65_536
  /// Bytes of a body that is not gRPC which go into the error's message.
  public var errorBodyBytesMax = 1024
  /// From the connect to the SETTINGS of the server, TLS included. (connection-backoff.md: 20 s)
  public var handshakeTimeMax = Duration.seconds(20)
  /// Calls that wait for a connection; one more is refused.
  public var waitingCallsMax = 10_000
  /// Whether failed calls are repeated; nil repeats only what no server has seen. (gRFC A6)
  public var retry: RetryPolicy?
  /// When repeating stops because too much fails, for each channel. (gRFC A6)
  public var retryThrottle = RetryThrottle()
  /// Bytes of one call's request that are kept for another attempt; with more the call stays with
  /// the attempt it has. (gRFC A6)
  public var retryBufferBytesMax = 262_144
  /// The same for all calls of the channel together: keeping is worth no more memory than that.
  public var channelRetryBufferBytesMax = 16_777_216
  /// From the beginning of one connect to that of the next, and how it grows.
  public var backoff = Backoff.Settings()

  /// Which of several addresses carry the calls.
  public var balancing = Balancing.pickFirst
  /// Whether `pickFirst` tries the addresses in an order of its own, so that many clients of the
  /// same list spread over it. (gRFC A62)
  public var shufflesAddresses = false
  /// With `roundRobin`: the service whose health a server is asked for before it gets calls; ""
  /// asks for the whole server, nil asks nothing. (gRFC A17)
  public var healthServiceName: String?
  /// A further connection is made when all streams of an address are taken, up to this many; no
  /// more than `connectionsPerAddressLimit` count. (gRFC A105)
  public var connectionsPerAddressMax = 1
  public static let connectionsPerAddressLimit = 10
  /// Time without calls after which connections are closed, until the next call. (gRFC A62)
  public var idleTimeMax = Duration.seconds(1800)
  /// Names are not asked for again sooner than this because a connection was lost.
  public var resolveIntervalMin = Duration.seconds(30)
  /// Silence after which this side asks with a PING whether the server is there; zero is never, and
  /// less than `keepaliveTimeMin` counts as that. Doubled when a server finds it too often.
  /// (gRFC A8)
  public var keepaliveTime = Duration.zero
  public var keepaliveTimeMin = Duration.seconds(10)
  /// What the answer may take.
  public var keepaliveTimeout = Duration.seconds(20)
  /// Whether to ask on connections without calls too, which servers mind.
  public var keepaliveWithoutCalls = false
  /// A connection whose next stream would have this number or more is left for a new one: three
  /// quarters of what there are.
  public var streamIDEnd: Int32 = 1_610_612_736

  public init() {}
}
