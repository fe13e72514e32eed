import ArgumentParser
import Contracts
import Foundation
import Wire

/// What one unary call costs: a server beside nghttp2's and gRPC's own C and C++ servers, a client
/// beside `h2load`.
struct RPCBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc",
    abstract: "CPU of server and client per unary call, as ratios to nghttpd, gRPC C++ and h2load.",
    discussion: """
      Needs taskset, h2load and nghttpd; with g++ and gRPC C++ it compiles a server of that, with \
      strace it counts system calls (docker/install-packages bench). Servers have core 0, clients \
      core 1; processor time is user and system as the kernel counts it. h2load sees only HTTP, \
      so our own client makes the same calls and checks every grpc-status.
      """)

  @Option(help: "Requests of each round; gRPC C++ gets a fourth of them.")
  var requests = 200_000

  @Option(help: "Rounds; each measures every peer.")
  var rounds = 3

  @Option(help: "Fail when a call costs our server more than this many times nghttpd's request.")
  var ratioMax = 1.3

  @Option(help: "Fail when a call costs our server more than this part of gRPC C++'s.")
  var grpcRatioMax = 0.2

  @Option(help: "Fail when a call costs our client more than this many times h2load's request.")
  var clientRatioMax = 3.0

  func validate() throws {
    guard requests >= 4, rounds > 0 else {
      throw ValidationError("--requests is at least 4, --rounds at least 1")
    }
  }

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "orderly-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("0123456789012345678".utf8).write(to: folder.appending(path: "file"))
    let request = folder.appending(path: "request")
    try Self.request.write(to: request)
    let load = HTTPLoad(file: request)

    let servers = try RPCServers(folder: folder)
    defer { servers.stop() }
    try await Task.sleep(for: .seconds(1))
    print(
      "CPU µs per call, \(HTTPLoad.connections) connections of \(HTTPLoad.inFlight) calls,",
      "\(requests) a round")
    print(RPCRound.header)
    var measured: [RPCRound] = []
    for index in 0...rounds {
      let round = try RPCRound(servers, load, requests: requests)
      guard index > 0 else { continue }  // The first warms all of them up.
      print(String(format: "%5d  ", index) + round.description)
      measured.append(round)
    }
    print("each of \(rounds * requests) calls of our own client had grpc-status 0")
    var verdicts = [
      Verdict("server ÷ nghttpd", Self.median(measured.map(\.toNghttpd)), .atMost(ratioMax)),
      Verdict("client ÷ h2load", Self.median(measured.map(\.toLoad)), .atMost(clientRatioMax)),
    ]
    let toGRPC = measured.compactMap(\.toGRPC)
    if toGRPC.isEmpty {
      print("no comparison with gRPC C++: \(servers.grpcMissing)")
    } else {
      verdicts.append(Verdict("server ÷ gRPC C++", Self.median(toGRPC), .atMost(grpcRatioMax)))
    }
    verdicts += try await systemCalls(load)
    for verdict in verdicts { print(verdict) }
    if !verdicts.allSatisfy(\.isMet) { throw ExitCode(3) }
  }

  private static var request: Data {
    var request = HealthCheckRequest()
    request.service = HealthServer.service
    let bytes = request.wireBytes
    return Data([0, 0, 0, 0, UInt8(truncatingIfNeeded: bytes.count)] + bytes)
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// Under strace everything is slow, so a tenth of the requests has to do.
  private func systemCalls(_ load: HTTPLoad) async throws -> [Verdict] {
    let calls = max(4, requests / 10)
    let counts = try await SystemCalls.measure { port in _ = try load.call(port: port, calls) }
    guard let counts else {
      print("no system calls counted: strace is not installed (docker/install-packages bench)")
      return []
    }
    print(
      "\(calls) calls under strace: \(counts.reads) reads, \(counts.fullReads) of them of 64 KiB,",
      "\(counts.writes) writes")
    let later = max(1, counts.reads - counts.connections)
    return [
      Verdict("writes after a read, at most", Double(counts.writesPerReadMax), .atMost(1)),
      Verdict("reads of 64 KiB ÷ reads", Double(counts.fullReads) / Double(later), .atLeast(1)),
    ]
  }
}
