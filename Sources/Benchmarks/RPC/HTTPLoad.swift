import Foundation

/// nghttp2's `h2load` on core 1.
struct HTTPLoad {
  static let connections = 4
  /// Calls under way on each connection.
  static let inFlight = 100

  /// Arguments that make each request a call.
  let request: [String]

  /// A file with envelope and message, and the path of the method.
  init(file: URL) {
    request = [
      "-d", file.path(percentEncoded: false), "-H", "content-type: application/grpc", "-H",
      "te: trailers",
    ]
  }

  /// Makes `count` calls of Health/Check.
  /// - Returns: processor seconds that it took itself.
  func call(port: Int, _ count: Int) throws -> Double {
    try Self.run(request + ["http://127.0.0.1:\(port)/grpc.health.v1.Health/Check"], count)
  }

  /// Makes `count` requests. Their HTTP status is all that it looks at.
  static func run(_ arguments: [String], _ count: Int) throws -> Double {
    let load = try TimedCommand(
      cores: "1",
      [
        "h2load", "-c", String(connections), "-m", String(inFlight), "-n", String(count),
      ] + arguments)
    guard load.output.contains("\(count) succeeded, 0 failed") else {
      throw BenchFailure("h2load: \(load.output)")
    }
    return load.processorSeconds
  }
}
