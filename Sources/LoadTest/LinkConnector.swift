internal import HTTP2
internal import NIOCore
internal import NIOPosix
internal import Transport

/// Opens links over TCP, in clear or over TLS.
struct LinkConnector: LoadConnector {
  let configuration: RunConfiguration
  let requests: RequestSource
  let credentials: TLSCredentials?

  func connect(
    to address: TargetAddress, on loop: any EventLoop, _ events: any LinkEvents
  ) -> EventLoopFuture<any LoadLink> {
    let ready = loop.makePromise(of: (any LoadLink).self)
    let limit = TimeAmount.nanoseconds(Int64(RunConfiguration.connectLimit.nanoseconds))
    let patience = loop.scheduleTask(in: limit) {
      ready.fail(Self.failure(address, "not ready within \(RunConfiguration.connectLimit)"))
    }
    let heads = RequestHeads(configuration, requests, address)
    var bootstrap = ClientBootstrap(group: loop)
    if address.path == nil {
      bootstrap = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
    }
    bootstrap =
      bootstrap
      .connectTimeout(limit)
      .channelOption(.recvAllocator, value: LoopReadAllocator(ReadBuffer.of(loop)))
      .channelOption(.maxMessagesPerRead, value: LoopReadAllocator.readsPerTurn)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try credentials?.secureClient(channel, serverName: serverName(address))
          let link = try SessionLink(
            configuration, heads: heads, address: address, channel: channel, events: events)
          link.onReady = { error in
            if let error { ready.fail(error) } else { ready.succeed(link) }
          }
          try channel.pipeline.syncOperations.addHandler(link)
        }
      }
    open(bootstrap, address)
      .whenComplete { result in
        switch result {
        case .failure(let error): ready.fail(Self.failure(address, Self.cause(error)))
        // Whoever gave up waiting wants no connection that came later.
        case .success(let channel):
          ready.futureResult.whenFailure { _ in channel.close(promise: nil) }
        }
      }
    ready.futureResult.whenComplete { _ in patience.cancel() }
    return ready.futureResult
  }

  private func open(
    _ bootstrap: ClientBootstrap, _ address: TargetAddress
  ) -> EventLoopFuture<any Channel> {
    address.path.map { bootstrap.connect(unixDomainSocketPath: $0) }
      ?? bootstrap.connect(host: address.host, port: address.port)
  }

  /// A certificate bears the name of its server, or its address where there is no name.
  private func serverName(_ address: TargetAddress) -> String? {
    if let name = configuration.tls?.serverName { return name }
    let isAddress = (try? SocketAddress(ipAddress: address.host, port: address.port)) != nil
    return isAddress ? nil : address.host
  }

  static func failure(_ address: TargetAddress, _ cause: String) -> LoadError {
    LoadError(.targetUnavailable(address: address.description, cause: cause))
  }

  /// The words of the system, without the wrapping of the library.
  static func cause(_ error: any Error) -> String {
    if let error = error as? NIOConnectionError {
      guard let first = error.connectionErrors.first else { return "the name does not resolve" }
      return cause(first.error)
    }
    if let error = error as? IOError { return ErrnoText.of(error.errnoCode) }
    if case ChannelError.connectTimeout = error { return "timed out" }
    return TLSCause.text(of: error) ?? "\(error)"
  }
}
