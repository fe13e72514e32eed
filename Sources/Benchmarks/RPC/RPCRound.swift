import Foundation

/// Processor seconds per call of every peer, measured one right after the other.
struct RPCRound: CustomStringConvertible {
  let server: Double
  let nghttpd: Double
  /// Nil without that peer.
  let grpc: Double?
  let client: Double
  /// h2load's own, while it called our server.
  let load: Double

  var toNghttpd: Double { server / nghttpd }
  var toGRPC: Double? { grpc.map { server / $0 } }
  var toLoad: Double { client / load }

  init(_ servers: RPCServers, _ load: HTTPLoad, requests: Int) throws {
    var loadSeconds = 0.0
    server = try Self.measure(servers.own, requests) {
      loadSeconds = try load.call(port: servers.ownPort, requests)
    }
    self.load = loadSeconds / Double(requests)
    nghttpd = try Self.measure(servers.nghttpd, requests) {
      _ = try HTTPLoad.run(["http://127.0.0.1:\(servers.nghttpdPort)/file"], requests)
    }
    grpc = try servers.grpc.map { server in
      try Self.measure(server, requests / 4) {
        _ = try load.call(port: servers.grpcPort, requests / 4)
      }
    }
    let outcome = try HealthCaller.Outcome(port: servers.ownPort, calls: requests)
    guard outcome.good == requests else {
      throw BenchFailure("\(requests - outcome.good) of \(requests) calls were not answered OK")
    }
    client = outcome.seconds / Double(requests)
  }

  private static func measure(
    _ server: PinnedProcess, _ requests: Int, _ work: () throws -> Void
  ) throws -> Double {
    let before = try server.processorSeconds()
    try work()
    return (try server.processorSeconds() - before) / Double(requests)
  }

  static let header =
    "round  orderly  nghttpd  ÷      gRPC C++  ÷      our client  h2load  ÷"

  var description: String {
    let grpcPart =
      grpc.map { String(format: "%8.2f  %-5.2f", $0 * 1e6, server / $0) } ?? "       –  –    "
    return String(
      format: "%7.2f  %7.2f  %-5.2f  %@  %10.2f  %6.2f  %.2f", server * 1e6, nghttpd * 1e6,
      toNghttpd, grpcPart, client * 1e6, load * 1e6, toLoad)
  }
}
