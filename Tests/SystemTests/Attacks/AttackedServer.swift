import Foundation
import Logging
import RPC
import TestSupport
import Testing
import Transport

@testable import Interop

/// A server in a process of its own for a test to attack: whether it lives, serves and has given
/// back its memory is asked from outside, where no runtime of the test's can help it.
final class AttackedServer {
  let process: RunningProgram
  let port: Int
  private var residentAtStart = 0

  static let empty = "/grpc.testing.TestService/EmptyCall"
  static let unary = "/grpc.testing.TestService/UnaryCall"
  static let serverStream = "/grpc.testing.TestService/StreamingOutputCall"
  static let clientStream = "/grpc.testing.TestService/StreamingInputCall"
  static let twoWay = "/grpc.testing.TestService/FullDuplexCall"

  /// - Parameter isImpatient: whether slow peers get seconds instead of a minute.
  init(isImpatient: Bool = false) async throws {
    process = try RunningProgram(
      try BuiltPrograms.path("Interop"), ["serve"] + (isImpatient ? ["--impatient"] : []))
    guard let port = Int(try await process.line("port ").dropFirst("port ".count)) else {
      throw SystemFailure("the server did not tell its port")
    }
    self.port = port
    // What a first connection and a first call leave behind belongs to no attack.
    for _ in 0..<20 { try await serve() }
    residentAtStart = try resident()
  }

  deinit { process.send(SIGKILL) }

  func peer(
    settings: [UInt8]? = [], acknowledges: Bool = true, reads: Bool = true
  ) async throws -> LivePeer {
    try await LivePeer(port: port, settings: settings, acknowledges: acknowledges, reads: reads)
  }

  /// One call by an honest client on a connection of its own.
  func serve() async throws {
    var logger = Logger(label: "attack")
    logger.logLevel = .critical
    let client = Client(["127.0.0.1:\(port)"], logger: logger)
    defer { Task { await client.shutdown() } }
    // A server that is impatient with its peers is so with a client whose handshake a busy machine
    // kept waiting; such a client comes again.
    for attempt in 1...4 {
      do throws(RPCError) {
        _ = try await client.unary(
          TestAPI.emptyCall, Empty(),
          CallContext(deadline: .after(.seconds(30)), waitsForReady: attempt > 1))
        break
      } catch {
        guard error.code == .unavailable, attempt < 4 else { throw error }
      }
    }
    await client.shutdown()
  }

  /// Bytes of memory in use now.
  func resident() throws -> Int { try memory("VmRSS:") }

  /// The most there has been in use since `forgetPeak`, less what was in use at the start.
  func peakGrowth() throws -> Int { try memory("VmHWM:") - residentAtStart }

  func forgetPeak() throws {
    try Data("5".utf8).write(to: URL(filePath: "/proc/\(process.processIdentifier)/clear_refs"))
    residentAtStart = try resident()
  }

  private func memory(_ name: String) throws -> Int {
    let path = "/proc/\(process.processIdentifier)/status"
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    guard let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first,
      let kibibytes = Int(number)
    else { throw SystemFailure("no \(name) in \(path)") }
    return kibibytes * 1024
  }

  /// What every attack must leave: a process that lives, serves, and has its memory back.
  func expectUnharmed(_ location: SourceLocation = #_sourceLocation) async throws {
    #expect(process.isRunning, "the server has ended", sourceLocation: location)
    try await serve()
    let limit = residentAtStart + 16 << 20
    // Connections that are being closed give their memory back a moment later.
    for _ in 0..<100 where try resident() > limit {
      try await Task.sleep(for: .milliseconds(100))
    }
    let grown = try resident() - residentAtStart
    #expect(grown <= 16 << 20, "\(grown >> 10) KiB are still held", sourceLocation: location)
  }
}

extension LivePeer {
  /// Sends batch after batch until the server has closed, or `count` were sent.
  /// - Returns: how many were sent.
  func flood(_ count: Int, _ batch: (Int) -> [UInt8]) async -> Int {
    for number in 0..<count {
      let isSent = await sendFully(batch(number))
      if !isSent || isClosed { return number + 1 }
    }
    return count
  }

  /// Waits until the server has closed.
  func closes() async -> Bool {
    for _ in 0..<3_000 {
      if isClosed { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  /// Why the server closed, as its GOAWAY says; nil when it did not.
  func farewell() async -> String? {
    guard await closes(), let goAway = frames.goAway else { return nil }
    return "\(goAway.code) \(goAway.text)"
  }

  /// `grpc-status` of streams 1, 3, 5 and so on, when all have ended.
  func statuses(_ streams: Int) async throws -> [String?] {
    let last = try await replies(streams)
    return (0..<streams).map { last.status(Int32(2 * $0 + 1)) }
  }

  /// What came on streams 1, 3, 5 and so on, when each has ended in some way.
  func replies(_ streams: Int) async throws -> ReplyDecoder {
    for _ in 0..<3_000 {
      let frames = frames
      let ended = Set(
        frames.filter { $0.stream > 0 && ($0.type == 3 || $0.type < 2 && $0.flags & 1 != 0) }
          .map(\.stream))
      if ended.count >= streams || isClosed { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    return try ReplyDecoder(bytes, streams: streams)
  }
}
