import ArgumentParser
import Contracts
import Foundation
import Logging
import RPC
import Transport
import Wire

/// What one unary call costs a server, beside what a static file costs nghttp2's own C server.
struct RPCBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc",
    abstract: "Server CPU per unary call, as a ratio to nghttpd's per request.",
    discussion: """
      Needs taskset, h2load and nghttpd (docker/install-packages test). The server has core 0, \
      h2load core 1; processor time is user and system as the kernel counts it. h2load sees only \
      HTTP, so our own client then calls the same server and checks every grpc-status.
      """)

  @Option(help: "Requests of each round.")
  var requests = 200_000

  @Option(help: "Rounds; each measures both servers.")
  var rounds = 3

  @Option(help: "Fail when the median ratio is above this.")
  var ratioMax = 1.3

  @Option(help: "Calls of our own client that check the status.")
  var checked = 20_000

  func validate() throws {
    guard requests > 0, rounds > 0, checked > 0 else {
      throw ValidationError("--requests, --rounds and --checked are at least 1")
    }
  }

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "orderly-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("0123456789012345678".utf8).write(to: folder.appending(path: "file"))
    try Self.request.write(to: folder.appending(path: "request"))

    let own = try PinnedProcess(core: 0, [CommandLine.arguments[0], "serve"])
    defer { own.stop() }
    guard let port = Int(try own.nextLine().dropFirst("port ".count)) else {
      throw BenchFailure("the server did not start")
    }
    let peerPort = port == 65_535 ? port - 1 : port + 1
    let peer = try PinnedProcess(
      core: 0,
      ["nghttpd", "--no-tls", "-d", folder.path(percentEncoded: false), String(peerPort)])
    defer { peer.stop() }
    try await Task.sleep(for: .seconds(1))

    print("server CPU per request, h2load -c 4 -m 100, \(requests) requests a round")
    print("round  orderly µs  nghttpd µs  ratio")
    var ratios: [Double] = []
    for round in 0...rounds {
      let data = folder.appending(path: "request").path(percentEncoded: false)
      let ours = try measure(
        own,
        [
          "-d", data, "-H", "content-type: application/grpc", "-H", "te: trailers",
          "http://127.0.0.1:\(port)/grpc.health.v1.Health/Check",
        ])
      let theirs = try measure(peer, ["http://127.0.0.1:\(peerPort)/file"])
      guard round > 0 else { continue }  // The first warms both up.
      ratios.append(ours / theirs)
      print(
        String(format: "%5d  %10.2f  %10.2f  %5.2f", round, ours * 1e6, theirs * 1e6, ours / theirs)
      )
    }
    try await checkStatuses(port: port)
    let median = ratios.sorted()[ratios.count / 2]
    print(String(format: "median ratio %.2f, limit %.2f", median, ratioMax))
    guard median <= ratioMax else { throw ExitCode(3) }
  }

  private static var request: Data {
    var request = HealthCheckRequest()
    request.service = HealthServer.service
    let bytes = request.wireBytes
    return Data([0, 0, 0, 0, UInt8(truncatingIfNeeded: bytes.count)] + bytes)
  }

  /// Processor seconds of `server` per request.
  private func measure(_ server: PinnedProcess, _ arguments: [String]) throws -> Double {
    let before = try server.processorSeconds()
    let load = try PinnedProcess(
      core: 1, ["h2load", "-c", "4", "-m", "100", "-n", String(requests)] + arguments)
    let output = try load.wholeOutput()
    let after = try server.processorSeconds()
    guard output.contains("\(requests) succeeded, 0 failed") else {
      throw BenchFailure("h2load: \(output)")
    }
    return (after - before) / Double(requests)
  }

  private func checkStatuses(port: Int) async throws {
    let client = Client(["127.0.0.1:\(port)"], logger: Logger(label: "bench"))
    let health = RemoteHealth(client)
    var request = HealthCheckRequest()
    request.service = HealthServer.service
    let query = request
    let good = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<100 {
        group.addTask {
          var good = 0
          for _ in 0..<(checked / 100) {
            let reply = try? await health.check(query, CallContext())
            if reply?.status == .serving { good += 1 }
          }
          return good
        }
      }
      return await group.reduce(0, +)
    }
    await client.shutdown()
    print("\(good) of \(checked / 100 * 100) calls of our own client had grpc-status 0")
    guard good == checked / 100 * 100 else { throw BenchFailure("not every call was answered OK") }
  }
}
