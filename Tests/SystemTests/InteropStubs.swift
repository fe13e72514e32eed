import Foundation

/// What the peers of the interop suite need before they run: stubs that `protoc` makes, once for a
/// run of the tests, and the C++ peer compiled, once for its sources.
actor InteropStubs {
  static let shared = InteropStubs()
  static let sources = BuiltPrograms.root.appending(path: "Tests/SystemTests/InteropPeer")

  private var pythonStubs: Task<String, any Error>?
  private var cxxPeer: Task<String, any Error>?

  /// The folder of the stubs.
  func python() async throws -> String {
    let task =
      pythonStubs
      ?? Task {
        let out = try Self.temporaryFolder().path(percentEncoded: false)
        try await Self.protoc(["--python_out=\(out)", "--grpc_python_out=\(out)"], "python")
        return out
      }
    pythonStubs = task
    return try await task.value
  }

  /// The program. It stays under `.build`, since it takes a compiler as long as all other tests of
  /// this suite together.
  func cxx() async throws -> String {
    let task = cxxPeer ?? Task { try await Self.compile() }
    cxxPeer = task
    return try await task.value
  }

  private static func compile() async throws -> String {
    let folder = BuiltPrograms.root.appending(path: ".build/interop-peer")
    let program = folder.appending(path: "peer")
    let madeOf = folder.appending(path: "sources")
    let wanted =
      try Data(contentsOf: sources.appending(path: "interop.proto"))
      + Data(contentsOf: sources.appending(path: "peer.cc"))
    let path = program.path(percentEncoded: false)
    if (try? Data(contentsOf: madeOf)) == wanted,
      FileManager.default.isExecutableFile(atPath: path)
    {
      return path
    }
    let work = try temporaryFolder()
    let out = work.path(percentEncoded: false)
    try await protoc(["--cpp_out=\(out)", "--grpc_cpp_out=\(out)"], "cpp")
    let peer = sources.appending(path: "peer.cc").path(percentEncoded: false)
    try await run(
      "/bin/sh",
      [
        "-c",
        """
        cd "$0" && g++ -std=c++17 -O0 -Wall -I. -o peer "$1" interop.pb.cc interop.grpc.pb.cc \
        $(pkg-config --libs grpc++ protobuf)
        """, out, peer,
      ])
    // The list of sources last, so that a run that ends in between leaves nothing half.
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: work.appending(path: "peer"), to: program)
    try wanted.write(to: madeOf)
    return path
  }

  private static func protoc(_ outputs: [String], _ language: String) async throws {
    let arguments = [
      "-I\(sources.path(percentEncoded: false))",
      "--plugin=protoc-gen-grpc_\(language)=/usr/bin/grpc_\(language)_plugin", "interop.proto",
    ]
    try await run("/usr/bin/protoc", outputs + arguments)
  }

  private static func run(_ program: String, _ arguments: [String]) async throws {
    let result = try await RunningProgram.run(program, arguments, within: 900)
    guard result.code == 0 else { throw SystemFailure("\(program): \(result.errors)") }
  }

  private static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "orderly-interop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
