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
/// The addresses are tried in order, and the first that gets ready carries all calls
/// (`pick_first`). All of a client lives on one event loop.
public final class Client: UnaryCaller {
  /// `host:port` each.
  public let addresses: [String]
  let settings: ClientSettings
  let observer: (any CallObserver)?
  let channel: ClientChannel

  public init(
    _ addresses: [String], settings: ClientSettings = ClientSettings(), logger: Logger,
    observer: (any CallObserver)? = nil, group: MultiThreadedEventLoopGroup = .singleton
  ) {
    self.addresses = addresses
    self.settings = settings
    self.observer = observer
    channel = ClientChannel(
      addresses: addresses, settings: settings, logger: logger, eventLoop: group.next())
  }

  /// A call that ends as a message or as an `RPCError`.
  public func unary<Request: WireMessage, Response: WireMessage>(
    _ method: Method<Request, Response>, _ request: Request, _ call: CallContext
  ) async throws(RPCError) -> Response {
    var writer = WireWriter(reserving: Envelope.byteCount)
    request.write(to: &writer)
    var bytes = writer.finish()
    Envelope.seal(&bytes)
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

  /// A call of any method, and everything that came back.
  /// - Parameters:
  ///   - path: `/service/method`.
  ///   - sealed: envelope and message in one array.
  public func raw(path: String, sealed: [UInt8], _ call: CallContext) async -> RawReply {
    let handle = CallHandle(
      path: Array(path.utf8), body: sealed, context: call, settings: settings)
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
  public func state() async -> ChannelState.State {
    await withCheckedContinuation { waiter in
      channel.onLoop { waiter.resume(returning: self.channel.state.state) }
    }
  }

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
