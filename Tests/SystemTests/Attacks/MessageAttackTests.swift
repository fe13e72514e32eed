import Foundation
import HTTP2
import TestSupport
import Testing

/// Messages that are not what their envelope makes of them.
@Suite(.serialized) struct MessageAttackTests {
  @Test func `an envelope of four gibibytes is refused before anything is kept`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    try server.forgetPeak()
    peer.send(
      .request(AttackedServer.unary, 1, end: false), .data(1, [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2]))
    let replies = try await peer.replies(1)
    #expect(replies.status(1) == "8")
    let message = try #require(replies.value("grpc-message", 1))
    #expect(message.contains("4294967295") && message.contains("4194304"))
    #expect(try server.peakGrowth() < 1 << 20)
    await peer.close()
    try await server.expectUnharmed()
  }

  /// A gzip member of almost four mebibytes: one block of zeros, again and again, which costs
  /// nothing to make. It would be four gibibytes.
  private static func bomb() async throws -> [UInt8] {
    let script = """
      import sys, zlib
      c = zlib.compressobj(9, zlib.DEFLATED, 31)
      head = c.compress(bytes(1 << 20)) + c.flush(zlib.Z_FULL_FLUSH)
      block = c.compress(bytes(1 << 20)) + c.flush(zlib.Z_FULL_FLUSH)
      sys.stdout.buffer.write((head + block * ((4194304 - len(head)) // len(block))).hex().encode())
      """
    let made = try await RunningProgram.run("/usr/bin/python3", ["-c", script])
    let digits = Array(made.output.utf8)
    func digit(_ byte: UInt8) -> UInt8 { byte < 0x60 ? byte &- 0x30 : byte &- 0x57 }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      digit(digits[$0]) << 4 | digit(digits[$0 + 1])
    }
  }

  @Test func `gzip that inflates a thousandfold is refused when it passes the limit`() async throws
  {
    let server = try await AttackedServer()
    let bomb = try await Self.bomb()
    #expect(bomb.count > 4_000_000 && bomb.count <= 4_194_304)
    let peer = try await server.peer()
    try server.forgetPeak()
    peer.send(.request(AttackedServer.unary, 1, [("grpc-encoding", "gzip")], end: false))
    // The stream's window is far smaller, so this waits for the server's updates.
    var windows = FlowWindows(stream: 1)
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bomb.count >> $0) }
    let envelope = [1] + length + bomb
    var start = 0
    while start < envelope.count, !peer.isClosed {
      let end = min(start + min(try await windows.space(peer), 16_384), envelope.count)
      windows.spend(end - start)
      peer.send(.data(1, Array(envelope[start..<end]), end: end == envelope.count))
      start = end
    }
    #expect(try await peer.statuses(1) == ["8"])
    // What came over the wire is held whole, and as much again may be inflated.
    // A server that is kept waiting for its processor reads more at once.
    #expect(try server.peakGrowth() < 4 << 20 + 12 << 20)
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `a hundred and one groups in one another, and elements without end, are refused`()
    async throws
  {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    // Field 15 as a group, in itself; more are open than may be.
    let groups = [UInt8](repeating: 0x7B, count: 101) + [UInt8](repeating: 0x7C, count: 101)
    peer.send(
      Frame.request(AttackedServer.unary, 1, end: false).bytes + Frame.message(1, groups))
    #expect(try await peer.statuses(1) == ["13"])
    try server.forgetPeak()
    // Two million empty ResponseParameters.
    let elements = (0..<2_097_000).flatMap { _ in [0x12, 0] as [UInt8] }
    peer.send(.request(AttackedServer.serverStream, 3, end: false))
    var windows = FlowWindows(stream: 3)
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: elements.count >> $0) }
    let envelope = [0] + length + elements
    var start = 0
    while start < envelope.count, !peer.isClosed {
      let end = min(start + min(try await windows.space(peer), 16_384), envelope.count)
      windows.spend(end - start)
      peer.send(.data(3, Array(envelope[start..<end]), end: end == envelope.count))
      start = end
    }
    #expect(try await peer.statuses(2) == ["13", "8"])
    #expect(try server.peakGrowth() < 128 * elements.count)
    await peer.close()
    try await server.expectUnharmed()
  }

  @Test func `bytes that are no message end their call, never the server`() async throws {
    let server = try await AttackedServer()
    let peer = try await server.peer()
    var random = SeededRandom(seed: 20_261_124)
    let count = 500
    for number in 0..<count {
      let id = Int32(2 * number + 1)
      let size = Int.random(in: 0...200, using: &random)
      let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      // Never a length that is waited for, half of the time in a well-formed envelope.
      let body = number % 2 == 0 ? noise : [0, 0, 0, 0, UInt8(size)] + noise
      peer.send(
        Frame.request(number % 4 < 2 ? AttackedServer.unary : AttackedServer.twoWay, id, end: false)
          .bytes + Frame.data(id, body, end: true).bytes)
      if number % 50 == 49 { _ = try await peer.replies(number + 1) }
    }
    let statuses = try await peer.statuses(count)
    let expected: Set = ["0", "2", "8", "12", "13"]
    #expect(Set(statuses.map { $0 ?? "none" }).subtracting(expected) == [])
    await peer.close()
    try await server.expectUnharmed()
  }
}
