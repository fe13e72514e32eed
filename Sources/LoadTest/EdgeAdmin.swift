internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The edge's admin listener, as far as a load asks it: how much processor time its process has
/// used since its begin.
struct EdgeAdmin: Sendable {
  let address: TargetAddress

  static let metric = "process_cpu_seconds_total"
  /// A page of metrics has a few thousand lines at most.
  private static let pageBytesMax = 4 * 1024 * 1024

  /// Seconds of user and system time.
  func processorSeconds() async throws(LoadError) -> Double {
    let page = try await page()
    guard let seconds = Self.processorSeconds(page) else {
      throw failure("its /metrics has no \(Self.metric)")
    }
    return seconds
  }

  /// The value of the series without or with labels. (Prometheus text format 0.0.4)
  static func processorSeconds(_ page: String) -> Double? {
    for line in page.split(whereSeparator: \.isNewline) where line.hasPrefix(metric) {
      var rest = line.dropFirst(metric.count)
      if rest.first == "{" {
        guard let end = rest.lastIndex(of: "}") else { continue }
        rest = rest[rest.index(after: end)...]
      }
      guard rest.first == " ", let text = rest.split(separator: " ").first,
        let value = Double(text), value.isFinite, value >= 0
      else { continue }
      return value
    }
    return nil
  }

  private func page() async throws(LoadError) -> String {
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    let limit = TimeAmount.nanoseconds(Int64(RunConfiguration.connectLimit.nanoseconds))
    let promise = loop.makePromise(of: NIOHTTPClientResponseFull.self)
    let patience = loop.scheduleTask(in: limit) {
      promise.fail(failure("no answer within \(RunConfiguration.connectLimit)"))
    }
    ClientBootstrap(group: loop)
      .connectTimeout(limit)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
          try pipeline.addHandler(
            NIOHTTPClientResponseAggregator(maxContentLength: Self.pageBytesMax))
          try pipeline.addHandler(PageReader(host: address.description, promise))
        }
      }
      .connect(host: address.host, port: address.port)
      .whenComplete { result in
        switch result {
        case .failure(let error): promise.fail(failure(LinkConnector.cause(error)))
        case .success(let channel):
          promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
      }
    promise.futureResult.whenComplete { _ in patience.cancel() }
    do {
      let reply = try await promise.futureResult.get()
      guard reply.head.status == .ok, let body = reply.body else {
        throw failure("/metrics is answered with \(reply.head.status.code)")
      }
      return String(buffer: body)
    } catch let error as LoadError {
      throw error
    } catch {
      throw failure("\(error)")
    }
  }

  private func failure(_ cause: String) -> LoadError {
    LoadError(.edgeAdminUnavailable(address: address.description, cause: cause))
  }
}

/// Asks for the page once it is connected, and hands it over.
private final class PageReader: ChannelInboundHandler {
  typealias InboundIn = NIOHTTPClientResponseFull
  typealias OutboundOut = HTTPClientRequestPart

  private let host: String
  private let promise: EventLoopPromise<NIOHTTPClientResponseFull>

  init(host: String, _ promise: EventLoopPromise<NIOHTTPClientResponseFull>) {
    self.host = host
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) {
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: "/metrics",
      headers: ["Host": host, "Connection": "close"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    promise.succeed(unwrapInboundIn(data))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(ChannelError.eof)
  }
}
