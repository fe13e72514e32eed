internal import HTTP2
public import Transport

extension ClientSettings {
  /// The limits `rpc.*` set for a client.
  public init(_ settings: Settings) {
    self.init()
    http2.headerListBytesMax = settings.rpcHeaderListBytesMax.bytes
    http2.headerFieldsMax = settings.rpcHeaderFieldsMax
    http2.streamWindowBytes = Int32(clamping: settings.rpcClientStreamWindowBytes.bytes)
    http2.connectionWindowBytes = Int32(clamping: settings.rpcClientConnectionWindowBytes.bytes)
    receiveMessageBytesMax = settings.rpcReceiveMessageBytesMax.bytes
    sendMessageBytesMax = settings.rpcSendMessageBytesMax.bytes
    streamUnsentBytesMax = settings.rpcStreamUnsentBytesMax.bytes
    errorBodyBytesMax = settings.rpcErrorBodyBytesMax.bytes
    handshakeTimeMax = settings.rpcHandshakeTimeMax
    keepaliveTime = settings.rpcClientKeepaliveTime
    keepaliveTimeout = settings.rpcClientKeepaliveTimeout
    keepaliveWithoutCalls = settings.rpcClientKeepaliveWithoutCalls
    // gRPC's own, a second and two minutes, are meant for the servers of others. Ours are few and
    // near, and the one that is back may be the only one that is left.
    backoff.initial = settings.rpcClientBackoffMin
    backoff.max = max(settings.rpcClientBackoffMin, settings.rpcClientBackoffMax)
    waitingCallsMax = settings.rpcClientWaitingCallsMax
    retryBufferBytesMax = settings.rpcClientRetryBufferBytesMax.bytes
    channelRetryBufferBytesMax = settings.rpcClientChannelRetryBufferBytesMax.bytes
    balancing = settings.rpcClientBalancing
    shufflesAddresses = settings.rpcClientShufflesAddresses
    connectionsPerAddressMax = settings.rpcClientConnectionsPerAddressMax
    healthServiceName = settings.rpcClientHealthService
    tlsServerName = settings.peerServerName
  }
}
