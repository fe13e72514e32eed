import Foundation

/// One run of nghttp2's own load generator, which looks at `:status` only.
struct H2loadRun {
  let processorSeconds: Double
  let rate: Double

  init(core: Int, port: Int, requests: Int) throws {
    // The message that `LoadGenerator` sends, with its envelope.
    let body = FileManager.default.temporaryDirectory.appending(
      path: "orderly-bench-\(ProcessInfo.processInfo.processIdentifier).body")
    try Data([0, 0, 0, 0, 4, 0x0A, 2, 0x61, 0x62]).write(to: body)
    defer { try? FileManager.default.removeItem(at: body) }
    let begin = ContinuousClock.now
    let timed = try TimedCommand(
      cores: "\(core)",
      [
        "h2load", "-c", "10", "-m", "10", "-n", "\(requests)",
        "-d", body.path(percentEncoded: false), "-H", "content-type: application/grpc",
        "-H", "te: trailers", "http://127.0.0.1:\(port)/grpc.health.v1.Health/Check",
      ])
    let took = ContinuousClock.now - begin
    guard timed.output.contains("\(requests) succeeded, 0 failed") else {
      throw BenchFailure("h2load: \(timed.output)")
    }
    processorSeconds = timed.processorSeconds
    rate = Double(requests) / (took / .seconds(1))
  }
}
