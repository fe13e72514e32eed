internal import HTTP2
public import Transport

extension ServerSettings {
  /// The limits `rpc.*` set for a server.
  public init(_ settings: Settings) {
    self.init()
    http2.headerListBytesMax = settings.rpcHeaderListBytesMax.bytes
    http2.headerFieldsMax = settings.rpcHeaderFieldsMax
    http2.concurrentStreamsMax = UInt32(clamping: settings.rpcConcurrentStreamsMax)
    http2.streamWindowBytes = Int32(clamping: settings.rpcStreamWindowBytes.bytes)
    http2.connectionWindowBytes = Int32(clamping: settings.rpcConnectionWindowBytes.bytes)
    receiveMessageBytesMax = settings.rpcReceiveMessageBytesMax.bytes
    sendMessageBytesMax = settings.rpcSendMessageBytesMax.bytes
    streamUnsentBytesMax = settings.rpcStreamUnsentBytesMax.bytes
    statusMessageBytesMax = settings.rpcStatusMessageBytesMax.bytes
    statusDetailsBytesMax = settings.rpcStatusDetailsBytesMax.bytes
    handshakeTimeMax = settings.rpcHandshakeTimeMax
    wireDepthMax = settings.rpcWireDepthMax
    wireElementsMax = settings.rpcWireElementsMax
    headerBlockTimeMax = settings.rpcHeaderBlockTimeMax
    stallTimeMax = settings.rpcStallTimeMax
    streamStallTimeMax = settings.rpcStreamStallTimeMax
    connectionUnsentBytesMax = settings.rpcConnectionUnsentBytesMax.bytes
    connectionsMax = settings.rpcConnectionsMax
    pingIntervalMin = settings.rpcPingIntervalMin
    pingWithoutCallsAllowed = settings.rpcPingWithoutCallsAllowed
    keepaliveTime = settings.rpcServerKeepaliveTime
    keepaliveTimeout = settings.rpcServerKeepaliveTimeout
    connectionIdle = settings.rpcConnectionIdle
    connectionAge = settings.rpcConnectionAge
    connectionAgeGrace = settings.rpcConnectionAgeGrace
    tlsClientNames = settings.tlsClientNames?.names ?? []
  }
}
