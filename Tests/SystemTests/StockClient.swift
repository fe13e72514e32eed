import Foundation

/// gRPC's own Python client, with stubs that `protoc` made from `proto/`.
actor StockClient {
  static let shared = StockClient()

  private var stubs: URL?

  /// One call; the answer is the object that `client.py` prints.
  /// - Parameter environment: `STOCK_CA`, `STOCK_CERT` and `STOCK_KEY` name files of TLS.
  nonisolated func call(
    _ address: String, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> [String: Any] {
    let stubs = try await makeStubs()
    let script = BuiltPrograms.root.appending(path: "Tests/SystemTests/StockClient/client.py")
    let result = try await RunningProgram.run(
      "/usr/bin/python3",
      [script.path(percentEncoded: false), stubs.path(percentEncoded: false), address] + arguments,
      environment: environment)
    let object = try? JSONSerialization.jsonObject(with: Data(result.output.utf8))
    guard let answer = object as? [String: Any] else {
      throw SystemFailure("stock client: \(result.output) \(result.errors)")
    }
    return answer
  }

  private func makeStubs() async throws -> URL {
    if let stubs { return stubs }
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "orderly-stubs-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let proto = BuiltPrograms.root.appending(path: "proto").path(percentEncoded: false)
    let own = BuiltPrograms.root.appending(path: "Tests/SystemTests/StockClient")
      .path(percentEncoded: false)
    let out = folder.path(percentEncoded: false)
    let result = try await RunningProgram.run(
      "/usr/bin/protoc",
      [
        "-I\(proto)", "-I\(own)", "--python_out=\(out)", "--grpc_python_out=\(out)",
        "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin",
        "inventory/v1/inventory.proto", "orders/v1/orders.proto", "health.proto",
        "google_rpc.proto", "reflection.proto",
      ])
    guard result.code == 0 else { throw SystemFailure("protoc: \(result.errors)") }
    stubs = folder
    return folder
  }
}

extension [String: Any] {
  subscript(object name: String) -> [String: Any] { self[name] as? [String: Any] ?? [:] }
  subscript(objects name: String) -> [[String: Any]] { self[name] as? [[String: Any]] ?? [] }
  subscript(text name: String) -> String? { self[name] as? String }
  subscript(number name: String) -> Int? { (self[name] as? NSNumber)?.intValue }
}
