import Foundation

/// gRPC C++ as a peer: compiled once for its sources, with the optimiser on, and kept under
/// `.build`.
enum GRPCServer {
  private static let sources = Baseline.folder.appending(path: "RPC/GRPCPeer")

  /// The program, or why there is none.
  static func program() -> Result<String, BenchFailure> {
    do {
      return .success(try compiled())
    } catch let failure as BenchFailure {
      return .failure(failure)
    } catch {
      return .failure(BenchFailure("\(error)"))
    }
  }

  private static func compiled() throws -> String {
    let folder = Baseline.packageFolder.appending(path: ".build/bench-peer")
    let program = folder.appending(path: "server").path(percentEncoded: false)
    let madeOf = folder.appending(path: "sources")
    let wanted =
      try Data(contentsOf: sources.appending(path: "health.proto"))
      + Data(contentsOf: sources.appending(path: "server.cc"))
    if (try? Data(contentsOf: madeOf)) == wanted { return program }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let output = try PinnedProcess([
      "sh", "-c",
      """
      { cd "$0" && protoc -I"$1" --cpp_out=. --grpc_cpp_out=. \
        --plugin=protoc-gen-grpc_cpp="$(command -v grpc_cpp_plugin)" health.proto &&
      g++ -std=c++17 -O2 -I. -o server "$1/server.cc" health.pb.cc health.grpc.pb.cc \
        $(pkg-config --libs grpc++ protobuf) && echo compiled; } 2>&1
      """, folder.path(percentEncoded: false), sources.path(percentEncoded: false),
    ]).wholeOutput()
    guard output.hasSuffix("compiled\n") else {
      let why = output.split(separator: "\n").first ?? "no compiler"
      throw BenchFailure("it was not compiled (docker/install-packages bench): \(why)")
    }
    try wanted.write(to: madeOf)
    return program
  }
}
