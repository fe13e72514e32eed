import Foundation

/// gRPC's own runtimes that play its interop suite with us.
enum InteropPeer: String, CaseIterable, Sendable {
  case python = "gRPC Python"
  case cxx = "gRPC C++"

  /// What is played between every peer and us.
  private static let common = [
    "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong",
    "empty_stream", "status_code_and_message", "special_status_message", "custom_metadata",
    "unimplemented_method", "unimplemented_service", "cancel_after_begin",
    "cancel_after_first_response", "timeout_on_sleeping_server", "pick_first_unary",
  ]

  /// What the peer plays as a client. Python does not tell how a message came, so it can neither be
  /// asked for that nor ask for it.
  var calls: [String] {
    switch self {
    case .python:
      Self.common + [
        "client_compressed_unary_noprobe", "client_compressed_streaming_noprobe",
        "server_compressed_unary", "server_compressed_streaming",
      ]
    case .cxx:
      Self.common + [
        "client_compressed_unary", "client_compressed_streaming", "server_compressed_unary",
        "server_compressed_streaming",
      ]
    }
  }

  /// Which of the two soaks it is asked for.
  var soaks: [String] {
    switch self {
    case .python: ["rpc_soak"]
    case .cxx: ["rpc_soak", "channel_soak"]
    }
  }

  /// - Parameter tls: authority, certificate and key, which Python alone takes.
  func server(_ options: [String] = [], tls: [String] = []) async throws -> RunningProgram {
    let (program, arguments) = try await command(tls)
    return try RunningProgram(program, arguments + ["serve"] + options)
  }

  /// Plays `cases` as a client.
  func call(_ target: String, _ cases: [String], tls: [String] = []) async throws -> String {
    let (program, arguments) = try await command(tls)
    return try await RunningProgram.run(
      program, arguments + ["call", target] + cases, within: 1200
    ).output
  }

  private func command(_ tls: [String]) async throws -> (program: String, arguments: [String]) {
    switch self {
    case .python:
      let peer = InteropStubs.sources.appending(path: "peer.py").path(percentEncoded: false)
      return (
        "/usr/bin/python3",
        [peer, try await InteropStubs.shared.python()] + (tls.isEmpty ? [] : ["--tls"] + tls)
      )
    case .cxx: return (try await InteropStubs.shared.cxx(), [])
    }
  }
}
