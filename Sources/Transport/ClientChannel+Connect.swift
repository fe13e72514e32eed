internal import Logging
internal import NIOCore
internal import NIOPosix
internal import RPC

/// How a channel comes to its connections, and loses them.
extension ClientChannel: TimerTarget {
  // MARK: Addresses

  func resolve(isNeeded: Bool) {
    if let targetError {
      lastAttemptBegan = .now()
      let error = RPCError(.unavailable, "\(targetError)", isRetrySafe: true)
      return balancer.resolveFailed(error, random: .random(in: -1...1))
    }
    let now = NIODeadline.now()
    guard resolution.ask(now: now.uptimeNanoseconds, isNeeded: isNeeded) else { return }
    if isNeeded { lastAttemptBegan = now }
    let names = resolution.names
    Task { [resolver] in
      var answers: [(Int, Result<[HostPort], ResolveError>)] = []
      for (index, name) in names {
        do throws(ResolveError) {
          answers.append((index, .success(try await resolver.addresses(of: name))))
        } catch {
          answers.append((index, .failure(error)))
        }
      }
      self.eventLoop.execute { [answers] in self.answered(answers) }
    }
  }

  private func answered(_ answers: [(Int, Result<[HostPort], ResolveError>)]) {
    guard state != .shutdown else { return }
    resolution.answered(answers)
    if let failure = resolution.failure {
      logger.debug("name not resolved", metadata: ["error": "\(failure)"])
    }
    let endpoints = resolution.endpoints
    if endpoints.isEmpty {
      let cause = resolution.failure ?? "no addresses"
      balancer.resolveFailed(
        RPCError(.unavailable, "resolve \(cause)", isRetrySafe: true),
        random: .random(in: -1...1))
    } else {
      balancer.resolved(ordered(endpoints))
    }
    perform()
  }

  // MARK: Connections

  func connect(_ endpoint: Endpoint) {
    lastAttemptBegan = .now()
    attemptsBegan[endpoint] = lastAttemptBegan
    var bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(settings.handshakeTimeMax))
      .channelOption(.maxMessagesPerRead, value: LoopReadAllocator.readsPerTurn)
      .channelOption(.recvAllocator, value: LoopReadAllocator(ReadBuffer.of(eventLoop)))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try self.adopt(channel, endpoint) }
      }
    if !endpoint.isSocketFile {
      bootstrap = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .unansweredTimeMax(keepaliveTime > .zero ? settings.keepaliveTimeout : .zero)
    }
    bootstrap.connect(to: endpoint.address).whenFailure { error in
      self.attemptFailed(endpoint, Self.cause(error))
    }
  }

  private func adopt(_ channel: any Channel, _ endpoint: Endpoint) throws {
    if let tls = settings.tls {
      try channel.pipeline.syncOperations.addHandler(CiphertextBuffer(ReadBuffer.of(eventLoop)))
      try tls.secureClient(channel, serverName: settings.tlsServerName ?? endpoint.serverName)
    }
    let connection = try ClientConnection(
      endpoint: endpoint, settings: settings, keepaliveTime: keepaliveTime, logger: logger,
      account: account, channel: channel)
    account.opened(connection.tally)
    connections.append(connection)
    var isReady = false
    let patience = eventLoop.scheduleTask(in: TimeAmount(settings.handshakeTimeMax)) {
      connection.close("no SETTINGS within handshakeTimeMax")
    }
    connection.onReady = {
      isReady = true
      patience.cancel()
      self.ready(connection, endpoint)
    }
    connection.onTooManyPings = { self.tooManyPings(endpoint) }
    connection.onRoom = { self.serveWaiting() }
    connection.onReturn = { self.carryLater($0) }
    connection.onAttemptEnd = { self.attemptEnded($0) }
    connection.onEnd = { cause in
      patience.cancel()
      if isReady {
        self.lost(connection, cause)
      } else if channel.remoteAddress != nil || cause != "closed by the peer" {
        self.attemptFailed(endpoint, cause)
      }
    }
    channel.closeFuture.whenComplete { _ in
      self.account.closed(connection.tally)
      self.connections.removeAll { $0 === connection }
    }
    try channel.pipeline.syncOperations.addHandler(connection)
  }

  private func ready(_ connection: ClientConnection, _ endpoint: Endpoint) {
    guard state != .shutdown else { return connection.close("the client has been shut down") }
    if idleTimer == nil { idleTimer = timers.set(self, .idle, after: settings.idleTimeMax) }
    let watched = settings.balancing == .roundRobin ? settings.healthServiceName : nil
    balancer.connected(connection, to: endpoint, isHealthy: watched == nil)
    if let watched {
      let watch = HealthWatch(connection, service: watched, settings: settings, logger: logger) {
        failure in
        self.balancer.health(of: connection, failure)
        self.perform()
      }
      connection.healthWatch = watch
      watch.start()
    }
    perform()
  }

  private func tooManyPings(_ endpoint: Endpoint) {
    keepaliveTime *= 2
    logger.warning(
      "keepaliveTime doubled: the server counts too many pings",
      metadata: ["peer": "\(endpoint.text)", "keepaliveTime": "\(keepaliveTime)"])
  }

  private func lost(_ connection: ClientConnection, _ cause: String) {
    balancer.lost(
      connection, RPCError(.unavailable, "connection to \(connection.address) lost: \(cause)"))
    perform()
  }

  private func attemptFailed(_ endpoint: Endpoint, _ cause: String) {
    let error = RPCError(
      .unavailable, "connect to \(endpoint.text): \(cause)", isRetrySafe: true)
    balancer.attemptFailed(endpoint, error, random: .random(in: -1...1))
    perform()
  }

  /// The words of the system, without the wrapping of the library.
  private static func cause(_ error: any Error) -> String {
    if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
      return cause(first.error)
    }
    if let error = error as? IOError { return ErrnoText.of(error.errnoCode) }
    if case ChannelError.connectTimeout = error { return "timed out" }
    return TLSCause.text(of: error) ?? "\(error)"
  }

  // MARK: Rest

  /// Looks whether there were calls lately. (gRFC A62)
  func timerFired(_ purpose: TimerPurpose) {
    idleTimer = nil
    guard state != .shutdown, !connections.isEmpty else { return }
    let now = NIODeadline.now().uptimeNanoseconds
    let since = connections.map(\.idleSince).max() ?? now
    let quiet = Duration.nanoseconds(Int64(clamping: now - min(now, since)))
    if connections.allSatisfy(\.isIdle), quiet >= settings.idleTimeMax {
      balancer.rest()
      perform()
    } else {
      let left = settings.idleTimeMax - quiet
      idleTimer = timers.set(self, .idle, after: left > .zero ? left : settings.idleTimeMax)
    }
  }
}
