public import Logging
internal import NIOCore
public import NIOPosix
public import RPC
public import Wire

/// A channel to one target: it connects when it is first used, and again for ever.
///
///     let client = Client(["127.0.0.1:50051"], logger: logger)
///     let orders = RemoteOrders(client)
///
/// Targets are `host:port`, `dns:host:port`, `ipv4:address:port,…`, `ipv6:[address]:port,…` and
/// `unix:/path`. Of all addresses behind them the first that gets ready carries the calls, or, with
/// `Balancing.roundRobin`, all that are ready do in turn. All of a client lives on one event loop.
public final class Client: UnaryCaller {
  /// The targets as given.
  public let addresses: [String]
  let settings: ClientSettings
  let observer: (any CallObserver)?
  let channel: ClientChannel
  /// Where its calls are made: a task that runs here makes them without waking another thread.
  public let executor: any TaskExecutor
  /// Nil without interceptors.
  let chain: InterceptorChain?

  /// - Parameter interceptors: Stand around each call, the first outermost.
  public init(
    _ addresses: [String], settings: ClientSettings = ClientSettings(), logger: Logger,
    observer: (any CallObserver)? = nil, interceptors: [any CallInterceptor] = [],
    group: MultiThreadedEventLoopGroup = .singleton, resolver: any NameResolver = SystemResolver()
  ) {
    self.addresses = addresses
    chain = InterceptorChain(interceptors)
    self.settings = settings
    self.observer = observer
    let eventLoop = group.next()
    executor = EventLoopExecutor(eventLoop)
    channel = ClientChannel(
      targets: addresses, settings: settings, logger: logger, eventLoop: eventLoop,
      resolver: resolver)
  }

  /// Whether a client could be told this target; nobody is asked for its addresses.
  public static func check(target: String) throws(TargetError) { _ = try Target(target) }

  /// A call that ends as a message or as an `RPCError`.
  public func unary<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>, _ request: Request, _ call: CallContext
  ) async throws(RPCError) -> Response {
    guard let chain else { return try await send(method, request, call) }
    return try await chain.run(call, to: method.path) { call throws(RPCError) in
      try await send(method, request, call)
    }
  }

  private func send<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>, _ request: Request, _ call: CallContext
  ) async throws(RPCError) -> Response {
    var writer = WireWriter(reserving: Envelope.byteCount)
    request.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes, isCompressed: call.compressesRequest)
    try Envelope.check(bytes, limit: settings.sendMessageBytesMax)
    observer?.callStarted(method.path)
    let start = observer == nil ? 0 : NIODeadline.now().uptimeNanoseconds
    let reply = await raw(path: method.pathBytes, sealed: bytes, call)
    reply.tellMetadata(call)
    observer?.callEnded(
      method.path, reply.error?.code ?? .ok,
      nanoseconds: NIODeadline.now().uptimeNanoseconds - start)
    if let error = reply.error { throw error }
    do throws(WireError) {
      return try Response(wireBytes: reply.message)
    } catch {
      throw RPCError(error, reading: "the reply")
    }
  }

  /// A call of any method, and everything that came back from its last attempt. No interceptor sees
  /// it.
  /// - Parameters:
  ///   - path: the bytes of `/service/method`.
  ///   - sealed: envelope and message in one array.
  public func raw(path: [UInt8], sealed: [UInt8], _ call: CallContext) async -> RawReply {
    let handle = CallHandle(path: path, body: sealed, context: call, settings: settings)
    handle.tellsPeer = chain != nil
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        // Not by `onLoop`, whose closure would be made in any case.
        if channel.eventLoop.inEventLoop {
          start(handle, waiter)
        } else {
          channel.eventLoop.execute { self.start(handle, waiter) }
        }
      }
    } onCancel: {
      channel.eventLoop.execute { handle.cancel() }
    }
    return handle.takeReply()
  }

  private func start(_ handle: CallHandle, _ waiter: CheckedContinuation<Void, Never>) {
    handle.wait(waiter)
    channel.start(handle)
  }

  /// Connects without a call. Returns when the server's SETTINGS have been read.
  public func connect() async throws(RPCError) {
    if let error = await channel.connect() { throw error }
  }

  /// The state of the channel right now.
  public func state() async -> ChannelState {
    await withCheckedContinuation { waiter in
      channel.onLoop { waiter.resume(returning: self.channel.state) }
    }
  }

  /// State, queue and connections as they were a moment ago, without waiting for the event loop.
  public var status: ChannelStatus { channel.board.status }

  /// What its connections have counted.
  public var counts: TrafficCounts { channel.account.counts }

  /// Fails what is under way with UNAVAILABLE and closes. A wait for the next connect is not slept
  /// out.
  public func shutdown() async {
    await withCheckedContinuation { waiter in
      channel.onLoop {
        self.channel.shutdown()
        waiter.resume()
      }
    }
  }
}
