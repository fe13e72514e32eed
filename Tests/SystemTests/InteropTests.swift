import Foundation
import Testing

/// gRPC's interop suite, played with gRPC's own Python runtime in both directions.
@Suite struct InteropTests {
  private static let cases = [
    "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong",
    "empty_stream", "status_code_and_message", "special_status_message", "custom_metadata",
    "unimplemented_method", "unimplemented_service", "cancel_after_begin",
    "cancel_after_first_response", "timeout_on_sleeping_server", "rpc_soak",
    "client_compressed_unary", "client_compressed_streaming", "server_compressed_unary",
    "server_compressed_streaming",
  ]

  private static let folder = BuiltPrograms.root.appending(path: "Tests/SystemTests/InteropPeer")
  static let peer = folder.appending(path: "peer.py").path(percentEncoded: false)

  /// Stubs made by `protoc`, in a folder of their own.
  static func stubs() async throws -> String {
    let out = FileManager.default.temporaryDirectory.appending(
      path: "orderly-interop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    let path = out.path(percentEncoded: false)
    let result = try await RunningProgram.run(
      "/usr/bin/protoc",
      [
        "-I\(folder.path(percentEncoded: false))", "--python_out=\(path)",
        "--grpc_python_out=\(path)",
        "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin", "interop.proto",
      ])
    guard result.code == 0 else { throw SystemFailure("protoc: \(result.errors)") }
    return path
  }

  static func expectAll(_ output: String) {
    let lines = output.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("FAILED") } == [])
    #expect(Set(lines.filter { $0.hasPrefix("ok ") }) == Set(cases.map { "ok \($0)" }))
  }

  static func address(of server: RunningProgram) async throws -> String {
    "127.0.0.1:\(try await server.line("port ").dropFirst("port ".count))"
  }

  @Test func `every case passes between gRPC's Python client and our server`() async throws {
    let server = try RunningProgram(try BuiltPrograms.path("Interop"), ["serve"])
    let result = try await RunningProgram.run(
      "/usr/bin/python3", [Self.peer, try await Self.stubs(), "call", Self.address(of: server)],
      within: 300)
    Self.expectAll(result.output)
    #expect(server.isRunning)
    server.send(SIGKILL)
  }

  @Test func `every case passes between our client and gRPC's Python server`() async throws {
    let server = try RunningProgram(
      "/usr/bin/python3", [Self.peer, try await Self.stubs(), "serve"])
    let result = try await RunningProgram.run(
      try BuiltPrograms.path("Interop"), ["call", Self.address(of: server)], within: 300)
    Self.expectAll(result.output)
    server.send(SIGKILL)
  }
}
