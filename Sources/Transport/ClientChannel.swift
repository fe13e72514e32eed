internal import Logging
internal import NIOCore
internal import NIOPosix
internal import RPC

/// Does what `ChannelState` decides: connects, waits, keeps the calls that wait. It lives on one
/// event loop.
final class ClientChannel: @unchecked Sendable {
  let eventLoop: any EventLoop
  private(set) var state: ChannelState
  private let addresses: [String]
  private let settings: ClientSettings
  private let logger: Logger
  private let timers: LoopTimers
  private var connection: ClientConnection?
  private var waiting: [CallHandle] = []
  private var connectWaiters: [(RPCError?) -> Void] = []
  private var backoff: Scheduled<Void>?
  private var attemptBegan = NIODeadline.now()
  /// Grows when servers find it too short. (gRFC A8)
  private var keepaliveTime: Duration

  init(
    addresses: [String], settings: ClientSettings, logger: Logger, eventLoop: any EventLoop
  ) {
    self.addresses = addresses
    self.settings = settings
    self.logger = logger
    self.eventLoop = eventLoop
    timers = LoopTimers.of(eventLoop)
    keepaliveTime =
      settings.keepaliveTime > .zero
      ? max(settings.keepaliveTime, settings.keepaliveTimeMin) : .zero
    state = ChannelState(addresses: addresses.count, backoff: settings.backoff)
  }

  func onLoop(_ work: @escaping @Sendable () -> Void) {
    if eventLoop.inEventLoop { work() } else { eventLoop.execute(work) }
  }

  func start(_ call: CallHandle) {
    guard !call.isFinished else { return }
    if let remaining = call.context.deadline.remaining {
      guard remaining > .zero else { return call.expire() }
      call.timers = timers
      call.timer = timers.set(call, .deadline(0), after: remaining)
    }
    carry(call)
  }

  /// Finds a connection for a call, the first time or after one that could not take it.
  private func carry(_ call: CallHandle) {
    switch state.call() {
    case .send:
      connection?.start(call)
    case .wait:
      queue(call)
    case .waitAndConnect(let index):
      queue(call)
      connect(index)
    case .fail(let error):
      if call.context.waitsForReady, state.state != .shutdown {
        queue(call)
      } else {
        call.fail(error, .connection)
      }
    }
  }

  private func queue(_ call: CallHandle) {
    guard waiting.count < settings.waitingCallsMax else {
      let error = RPCError(
        .resourceExhausted,
        "\(waiting.count) calls wait for a connection; waitingCallsMax is "
          + "\(settings.waitingCallsMax)")
      return call.fail(error, .local)
    }
    waiting.append(call)
  }

  func connect() async -> RPCError? {
    await withCheckedContinuation { waiter in
      onLoop {
        switch self.state.call() {
        case .send: waiter.resume(returning: nil)
        case .fail(let error): waiter.resume(returning: error)
        case .wait: self.connectWaiters.append { waiter.resume(returning: $0) }
        case .waitAndConnect(let index):
          self.connectWaiters.append { waiter.resume(returning: $0) }
          self.connect(index)
        }
      }
    }
  }

  private func connect(_ index: Int) {
    guard addresses.indices.contains(index), let target = HostPort(addresses[index]) else {
      let address = addresses.indices.contains(index) ? addresses[index] : "(none)"
      attemptFailed(RPCError(.unavailable, "\(address) is not host:port", isRetrySafe: true))
      return
    }
    let address = addresses[index]
    attemptBegan = .now()
    ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(settings.handshakeTimeMax))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.maxMessagesPerRead, value: LoopReadAllocator.readsPerTurn)
      .channelOption(
        .recvAllocator, value: LoopReadAllocator(ReadBuffer.of(eventLoop))
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try self.adopt(channel, address) }
      }
      .connect(host: target.host, port: target.port)
      .whenFailure { error in
        self.attemptFailed(
          RPCError(.unavailable, "connect to \(address): \(Self.cause(error))", isRetrySafe: true))
      }
  }

  private func adopt(_ channel: any Channel, _ address: String) throws {
    let connection = try ClientConnection(
      address: address, settings: settings, keepaliveTime: keepaliveTime, logger: logger,
      channel: channel)
    var isReady = false
    let patience = eventLoop.scheduleTask(in: TimeAmount(settings.handshakeTimeMax)) {
      connection.close("no SETTINGS within handshakeTimeMax")
    }
    connection.onReady = {
      isReady = true
      patience.cancel()
      self.ready(connection)
    }
    connection.onTooManyPings = { self.tooManyPings(address) }
    connection.onReturn = { call in
      // In a turn of its own: the connection is in the middle of its events.
      self.eventLoop.execute { if !call.isFinished { self.carry(call) } }
    }
    connection.onEnd = { cause in
      patience.cancel()
      if isReady {
        self.lost(connection)
      } else if channel.remoteAddress != nil || cause != "closed by the peer" {
        self.attemptFailed(
          RPCError(.unavailable, "connect to \(address): \(cause)", isRetrySafe: true))
      }
    }
    try channel.pipeline.syncOperations.addHandler(connection)
  }

  private func ready(_ connection: ClientConnection) {
    guard state.state != .shutdown else { return connection.close("the client has been shut down") }
    self.connection = connection
    state.connected()
    let calls = waiting
    waiting = []
    tellConnectWaiters(nil)
    // Through `carry`, because the connection may be left again on the way.
    for call in calls where !call.isFinished { carry(call) }
  }

  private func tooManyPings(_ address: String) {
    keepaliveTime *= 2
    logger.warning(
      "keepaliveTime doubled: the server counts too many pings",
      metadata: ["peer": "\(address)", "keepaliveTime": "\(keepaliveTime)"])
  }

  private func lost(_ connection: ClientConnection) {
    guard self.connection === connection else { return }
    self.connection = nil
    state.connectionLost()
  }

  private func attemptFailed(_ error: RPCError) {
    switch state.connectFailed(error, random: .random(in: -1...1)) {
    case .connect(let index):
      connect(index)
    case .backOff(let error, let gap):
      logger.debug("connect failed", metadata: ["error": "\(error.message)"])
      let calls = waiting
      waiting = calls.filter { $0.context.waitsForReady && !$0.isFinished }
      for call in calls where !call.context.waitsForReady { call.fail(error, .connection) }
      tellConnectWaiters(error)
      backoff = eventLoop.scheduleTask(deadline: attemptBegan + TimeAmount(gap)) {
        if self.state.backoffElapsed() { self.connect(0) }
      }
    case .nothing:
      break
    }
  }

  private func tellConnectWaiters(_ error: RPCError?) {
    let waiters = connectWaiters
    connectWaiters = []
    for waiter in waiters { waiter(error) }
  }

  func shutdown() {
    guard state.state != .shutdown else { return }
    state.shutdown()
    backoff?.cancel()
    let calls = waiting
    waiting = []
    for call in calls { call.fail(ChannelState.shutdownError, .local) }
    tellConnectWaiters(ChannelState.shutdownError)
    connection?.close("the client has been shut down")
    connection = nil
  }

  /// The words of the system, without the wrapping of the library.
  private static func cause(_ error: any Error) -> String {
    if let error = error as? NIOConnectionError {
      if let first = error.connectionErrors.first { return cause(first.error) }
      return "the name does not resolve"
    }
    if let error = error as? IOError { return ErrnoText.of(error.errnoCode) }
    if case ChannelError.connectTimeout = error { return "timed out" }
    return "\(error)"
  }
}
