internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Where a server listens: a port, or a socket file.
extension Server {
  /// Listens; port 0 takes a free one.
  /// - Returns: the port.
  @discardableResult
  public func start(host: String, port: Int) async throws(TransportError) -> Int {
    let bootstrap =
      bootstrap
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childUnansweredTimeMax(settings.keepaliveTime > .zero ? settings.keepaliveTimeout : .zero)
    let listener = try await listen(
      "\(host):\(port)", on: try await bootstrap.bind(host: host, port: port).get())
    return listener.localAddress?.port ?? port
  }

  /// Listens on a socket file. One that is left over from a process that is gone is replaced; one
  /// on which somebody answers is in use.
  public func start(socketPath path: String) async throws(TransportError) {
    let address = "unix:\(path)"
    let isStale = try await isStale(path, address)
    _ = try await listen(
      address,
      on: try await bootstrap.bind(
        unixDomainSocketPath: path, cleanupExistingSocketFile: isStale
      ).get())
  }

  private var bootstrap: ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelOption(.maxMessagesPerRead, value: LoopReadAllocator.readsPerTurn)
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(
          low: settings.connectionUnsentBytesMax / 2, high: settings.connectionUnsentBytesMax)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let buffer = ReadBuffer.of(channel.eventLoop)
          try channel.syncOptions?.setOption(
            .recvAllocator, value: LoopReadAllocator(buffer))
          try self.accept(channel)
        }
      }
  }

  /// Whether a socket file is there and nobody behind it.
  private func isStale(_ path: String, _ address: String) async throws(TransportError) -> Bool {
    do {
      let probe = try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
      try? await probe.close().get()
    } catch let error as IOError where error.errnoCode == ECONNREFUSED {
      return true
    } catch {
      // No file, or one that no client may use: binding says what it thinks of it.
      return false
    }
    throw TransportError(.addressInUse, address: address)
  }
}
