import Operations
import RPC
import Transport

extension ServerProcess {
  /// Listens for calls.
  /// - Returns: where.
  func serve(
    _ service: String, _ router: Router, host: String, port: Int, portFlag: String
  ) async throws(Failure) -> PeerAddress {
    var own = ServerSettings(settings)
    own.tls = certificates.server
    let server = Server(
      router: router, settings: own,
      logger: logs.logger("\(service).rpc", service: service), observer: serverCalls)
    serverTraffic.watch { server.counts }
    let bound: Int
    do throws(TransportError) {
      bound = try await server.start(host: host, port: port)
    } catch {
      throw ListenFailure.failure(error, portFlag: portFlag)
    }
    runner.started(ServicePart(service, stop: .drain { await server.shutdown(within: $0) }))
    return PeerAddress(host: host, port: bound)
  }

  /// A client of one of our services. It connects when it is first used.
  /// - Parameter part: what a replica has to say of its health to be called, where not every one
  ///   does everything.
  func client(of service: String, to peers: PeerList, doing part: String? = nil) -> Client {
    var own = ClientSettings(settings)
    if let part, peers.mayBeSeveral {
      own.balancing = .roundRobin
      own.healthServiceName = part
    }
    own.tls = certificates.client
    let client = Client(
      peers.targets, settings: own,
      logger: logs.logger("\(service).client", service: service), observer: clientCalls)
    clientTraffic.watch { client.counts }
    return client
  }
}

extension HealthCheck {
  struct NoDatabase: Error, CustomStringConvertible {
    let description = "the database does not answer, or its schema is older than this program"
  }

  static func database(_ isReady: @escaping @Sendable () async -> Bool) -> HealthCheck {
    HealthCheck("database") {
      guard await isReady() else { throw NoDatabase() }
    }
  }
}
