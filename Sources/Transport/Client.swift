public import Logging
internal import NIOCore
public import NIOPosix
public import RPC
internal import Synchronization
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
  private let throttle: Mutex<RetryThrottle>

  public init(
    _ addresses: [String], settings: ClientSettings = ClientSettings(), logger: Logger,
    observer: (any CallObserver)? = nil, group: MultiThreadedEventLoopGroup = .singleton,
    resolver: any NameResolver = SystemResolver()
  ) {
    self.addresses = addresses
    self.settings = settings
    self.observer = observer
    throttle = Mutex(settings.retryThrottle)
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
    var writer = WireWriter(reserving: Envelope.byteCount)
    request.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes, isCompressed: call.compressesRequest)
    try Envelope.check(bytes, limit: settings.sendMessageBytesMax)
    observer?.callStarted(method.path)
    let start = NIODeadline.now().uptimeNanoseconds
    let reply = await raw(path: method.path, sealed: bytes, call)
    if !reply.initialMetadata.isEmpty { call.initialMetadata = reply.initialMetadata }
    if !reply.trailingMetadata.isEmpty { call.trailingMetadata = reply.trailingMetadata }
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

  /// A call of any method, and everything that came back from its last attempt.
  /// - Parameters:
  ///   - path: `/service/method`.
  ///   - sealed: envelope and message in one array.
  public func raw(path: String, sealed: [UInt8], _ call: CallContext) async -> RawReply {
    let path = Array(path.utf8)
    guard let policy = settings.retry else { return await attempt(path, sealed, call, after: 0) }
    var state = RetryState(policy)
    while true {
      let reply = await attempt(path, sealed, call, after: state.failures)
      let pushback = RetryState.Pushback(reply.pushback)
      let random = Double.random(in: 0.8...1.2)
      let decision = throttle.withLock {
        state.ended(
          reply.error?.code, isCommitted: reply.hasHead, pushback: pushback, throttle: &$0,
          random: random)
      }
      guard case .retry(let delay) = decision else { return reply }
      // A wait beyond the deadline would only hide what the call failed of.
      if let remaining = call.deadline.remaining, remaining <= delay { return reply }
      do { try await Task.sleep(for: delay) } catch { return reply }
    }
  }

  private func attempt(
    _ path: [UInt8], _ sealed: [UInt8], _ call: CallContext, after failures: Int
  ) async -> RawReply {
    let handle = CallHandle(
      path: path, body: sealed, context: call, settings: settings, previousAttempts: failures)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        channel.onLoop {
          handle.wait(waiter)
          self.channel.start(handle)
        }
      }
    } onCancel: {
      channel.eventLoop.execute { handle.cancel() }
    }
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
