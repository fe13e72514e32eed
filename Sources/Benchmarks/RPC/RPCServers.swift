import Foundation

/// Our server and its peers, side by side on core 0, each on a port of its own.
struct RPCServers {
  let own: PinnedProcess
  let ownPort: Int
  let nghttpd: PinnedProcess
  let nghttpdPort: Int
  /// Nil when it could not be compiled.
  let grpc: PinnedProcess?
  let grpcPort: Int
  private(set) var grpcMissing = ""

  /// - Parameter folder: what nghttpd serves.
  init(folder: URL) throws {
    own = try PinnedProcess(core: 0, [CommandLine.arguments[0], "serve"])
    ownPort = try Self.port(own)
    // It takes no port 0; the neighbour of one that was free is nearly always free too.
    nghttpdPort = ownPort == 65_535 ? ownPort - 1 : ownPort + 1
    nghttpd = try PinnedProcess(
      core: 0,
      ["nghttpd", "--no-tls", "-d", folder.path(percentEncoded: false), String(nghttpdPort)])
    switch GRPCServer.program() {
    case .success(let program):
      let server = try PinnedProcess(core: 0, [program])
      grpc = server
      grpcPort = try Self.port(server)
    case .failure(let failure):
      grpc = nil
      grpcPort = 0
      grpcMissing = failure.description
    }
  }

  private static func port(_ server: PinnedProcess) throws -> Int {
    guard let port = Int(try server.nextLine().dropFirst("port ".count)) else {
      throw BenchFailure("a server did not start")
    }
    return port
  }

  func stop() {
    own.stop()
    nghttpd.stop()
    grpc?.stop()
  }
}
