internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Opens keep-alive connections to the JSON edge.
struct RESTConnector: LoadConnector {
  let configuration: RunConfiguration

  func connect(
    to address: TargetAddress, on loop: any EventLoop, _ events: any LinkEvents
  ) -> EventLoopFuture<any LoadLink> {
    let heads = RESTHeads(configuration, address)
    let ready = loop.makePromise(of: (any LoadLink).self)
    let limit = TimeAmount.nanoseconds(Int64(RunConfiguration.connectLimit.nanoseconds))
    // The system's own limit does not include the look-up of a name.
    let patience = loop.scheduleTask(in: limit) {
      ready.fail(
        LinkConnector.failure(address, "not connected within \(RunConfiguration.connectLimit)"))
    }
    ClientBootstrap(group: loop)
      .connectTimeout(limit)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
          try pipeline.addHandler(
            RESTLink(configuration, heads: heads, on: channel.eventLoop, events: events))
        }
      }
      .connect(host: address.host, port: address.port)
      .flatMapThrowing { channel in
        // Whoever gave up waiting wants no connection that came later.
        ready.futureResult.whenFailure { _ in channel.close(promise: nil) }
        ready.succeed(try channel.pipeline.syncOperations.handler(type: RESTLink.self))
      }
      .whenFailure { ready.fail(LinkConnector.failure(address, LinkConnector.cause($0))) }
    ready.futureResult.whenComplete { _ in patience.cancel() }
    return ready.futureResult
  }
}
