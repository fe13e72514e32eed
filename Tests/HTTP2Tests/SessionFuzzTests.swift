import TestSupport
import Testing

@testable import HTTP2

/// Streams of frames that were good once, changed at random. Whatever a session makes of them, it
/// keeps to its limits and never traps. A failure prints its seed, which makes it again.
@Suite struct SessionFuzzTests {
  /// What a peer may send, in an order that makes sense, each frame by itself.
  private static func honest(_ role: HTTP2Role) -> [[UInt8]] {
    let block = Frame.literals(Frame.requestFields)
    let reply = Frame.literals([(":status", "200"), ("content-type", "application/grpc")])
    let head = role == .server ? block : reply
    var frames: [Frame] = [.settings, .settingsAck]
    for id in [1, 3, 5] as [Int32] {
      frames += [
        Frame(type: FrameType.headers, stream: id, payload: Array(head.prefix(20))),
        Frame(
          type: FrameType.continuation, flags: FrameFlag.endHeaders, stream: id,
          payload: Array(head.dropFirst(20))),
        .data(id, [0, 0, 0, 0, 3, 1, 2]), .windowUpdate(id, 100), .windowUpdate(0, 1000),
        Frame(
          type: FrameType.data, flags: 8, stream: id, payload: [2, 3, 0, 0]), .ping(7),
        Frame(type: FrameType.priority, stream: id, payload: [0, 0, 0, 0, 1]),
        id == 3
          ? .reset(id, .cancel)
          : .headers(id, [("grpc-status", "0"), ("grpc-message", "%41")], end: true),
      ]
    }
    frames += [
      Frame(type: FrameType.settings, payload: [0, 4, 0, 0, 0xFF, 0xFF]),
      .ping(8, ack: true), Frame(type: 0xFA, payload: [1, 2, 3]),
      Frame(type: FrameType.goAway, payload: [0, 0, 0, 1, 0, 0, 0, 0, 0x62, 0x79, 0x65]),
    ]
    return frames.map(\.bytes)
  }

  private static func mutated(
    _ frames: [[UInt8]], _ random: inout SeededRandom
  ) -> [UInt8] {
    var frames = frames
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let index = Int.random(in: 0..<frames.count, using: &random)
      let other = Int.random(in: 0..<frames.count, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: frames.swapAt(index, other)
      case 1: frames.insert(frames[other], at: index)
      case 2: frames[index] = Array(frames[index].dropLast(Int.random(in: 1...9, using: &random)))
      case 3:
        frames[index] += (0..<Int.random(in: 1...20, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
      case 4:
        frames[index] = Array(
          repeating: frames[index], count: Int.random(in: 2...40, using: &random)
        ).flatMap(\.self)
      default:
        guard !frames[index].isEmpty else { break }
        let place = Int.random(in: 0..<frames[index].count, using: &random)
        // Mostly the header of a frame, where a change means most.
        let byte = Bool.random(using: &random) ? min(place, 8) : place
        guard byte < frames[index].count else { break }
        frames[index][byte] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
      if frames.count > 1, Int.random(in: 0..<10, using: &random) == 0 {
        frames.remove(at: min(index, frames.count - 1))
      }
    }
    return frames.flatMap(\.self)
  }

  @Test(arguments: [HTTP2Role.server, .client])
  func `whatever a peer makes of good frames is taken or refused, within the limits`(
    _ role: HTTP2Role
  ) throws {
    let honest = Self.honest(role)
    for seed in 0..<20_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let bytes = Self.mutated(honest, &random)
      let endpoint = try Endpoint(role)
      if role == .server {
        // Replies to whatever is asked, so that what follows meets streams in every state.
        endpoint.react = { session, report in
          if case .endStream(let id) = report, id % 4 == 1 {
            try? session.submitReply(
              [HeaderField(":status", "200")], body: [0, 0, 0, 0, 0],
              trailers: [HeaderField("grpc-status", "0")], on: StreamID(rawValue: id))
          }
        }
      } else {
        for _ in 0..<3 {
          _ = try endpoint.session.submitRequest(Exchange.request, body: [1, 2], endStream: false)
        }
      }
      _ = endpoint.drain()
      let hello = role == .server ? Frame.preface : []
      let size = Int.random(in: 1...400, using: &random)
      let answer = endpoint.receive(hello + bytes, cut: size)
      let body = endpoint.bodies.values.reduce(0) { $0 + $1.count }
      #expect(body <= bytes.count, "seed \(seed)")
      // What is answered is made of whole frames, and no more of them than were asked for.
      let (frames, count) = Frame.parsePrefix(answer[...])
      #expect(count == answer.count, "seed \(seed)")
      #expect(frames.count <= bytes.count + 10, "seed \(seed)")
      if endpoint.failure != nil || !endpoint.session.isOpen {
        // The end is final.
        let reports = endpoint.reports.count
        _ = endpoint.receive(Frame.request(99).bytes)
        let isHeard = endpoint.reports.dropFirst(reports).contains {
          if case .headers = $0 { true } else { false }
        }
        #expect(!isHeard, "seed \(seed)")
      }
    }
  }

  @Test func `bytes without any order end a session at once, and nothing else`() throws {
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let noise = (0..<Int.random(in: 1...300, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let bare = try Endpoint(.server)
      _ = bare.receive(noise)
      #expect(bare.reports.allSatisfy { if case .headers = $0 { false } else { true } })
      let greeted = try Endpoint(.server)
      _ = greeted.receive(Frame.preface + Frame.settings.bytes + noise, cut: 7)
      let body = greeted.bodies.values.reduce(0) { $0 + $1.count }
      #expect(body <= noise.count, "seed \(seed)")
    }
  }
}
