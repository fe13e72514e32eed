internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization

/// Does what its balancer decides, and keeps the calls that wait. It lives on one event loop.
final class ClientChannel: @unchecked Sendable {
  let eventLoop: any EventLoop
  let settings: ClientSettings
  let logger: Logger
  let timers: LoopTimers
  let resolver: any NameResolver
  let board = ChannelBoard()
  let account = TrafficAccount()
  var balancer: Balancer<ClientConnection>
  var resolution: Resolution
  /// Why the targets cannot be used at all.
  let targetError: TargetError?
  /// Every connection and attempt that has not ended, to be closed with the channel.
  var connections: [ClientConnection] = []
  /// When the last attempt for an address began, and the next for it or, by nil, for all.
  var attemptsBegan: [Endpoint: NIODeadline] = [:]
  var lastAttemptBegan = NIODeadline.now()
  var pauses: [Endpoint?: Scheduled<Void>] = [:]
  var idleTimer: LoopTimers.Token?
  /// Grows when servers find it too short. (gRFC A8)
  var keepaliveTime: Duration
  var throttle: RetryThrottle
  let retryBudget: RetryBudget
  /// Calls between two attempts.
  var pausing: [CallHandle] = []
  private var waiting = CircularBuffer<CallHandle>()
  private var connectWaiters: [(RPCError?) -> Void] = []

  init(
    targets: [String], settings: ClientSettings, logger: Logger, eventLoop: any EventLoop,
    resolver: any NameResolver
  ) {
    self.settings = settings
    self.logger = logger
    self.eventLoop = eventLoop
    self.resolver = resolver
    timers = LoopTimers.of(eventLoop)
    throttle = settings.retryThrottle
    retryBudget = RetryBudget(bytesMax: settings.channelRetryBufferBytesMax)
    keepaliveTime =
      settings.keepaliveTime > .zero
      ? max(settings.keepaliveTime, settings.keepaliveTimeMin) : .zero
    balancer = Balancer(
      settings.balancing,
      linksPerAddressMax: min(
        settings.connectionsPerAddressMax, ClientSettings.connectionsPerAddressLimit),
      backoff: settings.backoff)
    var read: [Target] = []
    var failure: TargetError?
    for text in targets {
      do throws(TargetError) { read.append(try Target(text)) } catch { failure = failure ?? error }
    }
    if targets.isEmpty { failure = TargetError(reason: .notHostPort, target: "(none)") }
    targetError = failure
    resolution = Resolution(failure == nil ? read : [], intervalMin: settings.resolveIntervalMin)
    if resolution.names.isEmpty { balancer.resolved(ordered(resolution.endpoints)) }
  }

  /// In an order of this channel's own, where that is wanted. (gRFC A62)
  func ordered(_ endpoints: [Endpoint]) -> [Endpoint] {
    let isShuffled = settings.shufflesAddresses && settings.balancing == .pickFirst
    return isShuffled ? endpoints.shuffled() : endpoints
  }

  var state: ChannelState { balancer.state }

  func onLoop(_ work: @escaping @Sendable () -> Void) {
    if eventLoop.inEventLoop { work() } else { eventLoop.execute(work) }
  }

  // MARK: Calls

  func start(_ call: CallHandle) {
    guard !call.isFinished else { return }
    call.budget = retryBudget
    if let remaining = call.context.deadline.remaining {
      guard remaining > .zero else { return call.expire() }
      call.timers = timers
      call.timer = timers.set(call, .deadline(0), after: remaining)
    }
    carry(call)
  }

  /// Finds a connection for a call, the first time or after one that could not take it.
  func carry(_ call: CallHandle) {
    if waiting.isEmpty, let connection = balancer.pick() { return connection.start(call) }
    if let error = balancer.wait() {
      if call.context.waitsForReady, state != .shutdown {
        queue(call)
      } else {
        attemptFailed(call, error)
      }
    } else {
      queue(call)
    }
    if balancer.hasActions { perform() }
  }

  private func queue(_ call: CallHandle) {
    guard waiting.count < settings.waitingCallsMax else {
      let error = RPCError(
        .resourceExhausted,
        "\(waiting.count) calls wait for a connection; waitingCallsMax is "
          + "\(settings.waitingCallsMax)")
      return call.fail(error, .local)
    }
    call.queue = self
    waiting.append(call)
    board.waitingCalls.store(waiting.count, ordering: .relaxed)
  }

  /// A call that waits has ended.
  func drop(_ call: CallHandle) {
    pausing.removeAll { $0 === call }
    waiting.removeAll { $0 === call }
    board.waitingCalls.store(waiting.count, ordering: .relaxed)
  }

  /// Something takes calls again, or more of them.
  func serveWaiting() {
    guard !waiting.isEmpty else { return }
    while !waiting.isEmpty, let connection = balancer.pick() {
      let call = waiting.removeFirst()
      call.queue = nil
      if !call.isFinished { connection.start(call) }
    }
    board.waitingCalls.store(waiting.count, ordering: .relaxed)
    if !waiting.isEmpty { wake() }
  }

  /// Calls wait that need a connection.
  private func wake() {
    if let error = balancer.wait() { failWaiting(error) }
    if balancer.hasActions { perform() }
  }

  private func failWaiting(_ error: RPCError) {
    let calls = waiting
    waiting = CircularBuffer()
    for call in calls where !call.isFinished {
      call.queue = nil
      if call.context.waitsForReady, state != .shutdown {
        queue(call)
      } else {
        attemptFailed(call, error)
      }
    }
    board.waitingCalls.store(waiting.count, ordering: .relaxed)
    tellConnectWaiters(error)
  }

  func connect() async -> RPCError? {
    await withCheckedContinuation { waiter in
      onLoop {
        if self.state == .ready { return waiter.resume(returning: nil) }
        if let error = self.balancer.wait() { return waiter.resume(returning: error) }
        self.connectWaiters.append { waiter.resume(returning: $0) }
        self.perform()
      }
    }
  }

  private func tellConnectWaiters(_ error: RPCError?) {
    let waiters = connectWaiters
    connectWaiters = []
    for waiter in waiters { waiter(error) }
  }

  // MARK: What the balancer asks for

  func perform() {
    post()
    while let action = balancer.nextAction() {
      switch action {
      case .resolve(let isNeeded): resolve(isNeeded: isNeeded)
      case .connect(let endpoint): connect(endpoint)
      case .connectLater(let endpoint, let gap): pause(endpoint, gap)
      case .failWaiting(let error):
        logger.debug("connect failed", metadata: ["error": "\(error.message)"])
        post()
        failWaiting(error)
      case .serveWaiting:
        tellConnectWaiters(nil)
        serveWaiting()
      case .drain(let connection): connection.drain("its address is not used any more")
      }
    }
    // Calls that came back from a lost connection, in a state that would not connect by itself.
    if state == .idle, !waiting.isEmpty { wake() }
  }

  /// Before anybody is told, so that who looks because of it sees it.
  private func post() {
    board.post(
      state,
      balancer.places.map { place in
        ChannelBoard.Row(
          address: place.endpoint.text, gauges: place.links.map(\.gauge),
          lastError: place.lastError)
      })
  }

  private func pause(_ endpoint: Endpoint?, _ gap: Duration) {
    let began = endpoint.flatMap { attemptsBegan[$0] } ?? lastAttemptBegan
    pauses.removeValue(forKey: endpoint)?.cancel()
    pauses[endpoint] = eventLoop.scheduleTask(deadline: began + TimeAmount(gap)) {
      self.pauses[endpoint] = nil
      self.balancer.gapElapsed(endpoint)
      self.perform()
    }
  }

  // MARK: The end

  func shutdown() {
    guard state != .shutdown else { return }
    balancer.shutdown()
    for pause in pauses.values { pause.cancel() }
    pauses = [:]
    if let timer = idleTimer { timers.cancel(timer) }
    idleTimer = nil
    failWaiting(Balancer<ClientConnection>.shutdownError)
    endPauses(Balancer<ClientConnection>.shutdownError)
    let open = connections
    connections = []
    for connection in open { connection.close("the client has been shut down") }
    board.post(.shutdown, [])
  }
}
