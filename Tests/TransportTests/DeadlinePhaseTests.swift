import HTTP2
import RPC
import Synchronization
import TestSupport
import Testing
import Transport

/// A deadline that passes on a server, in every phase of a call: the stream is reset, a handler is
/// cancelled. (PROTOCOL-HTTP2, Client Cancellation)
@Suite struct DeadlinePhaseTests {
  enum Phase: CaseIterable {
    case headersOnly, halfMessage, running, streamIdle, streamBlocked
  }

  private static func head(_ path: String, _ stream: Int32) -> [UInt8] {
    Frame.headers(
      stream,
      [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"),
        ("grpc-timeout", "400m"), ("content-type", "application/grpc"), ("te", "trailers"),
      ], end: false
    ).bytes
  }

  private static func request(_ phase: Phase, _ stream: Int32) -> [UInt8] {
    switch phase {
    case .headersOnly: head(NoteAPI.echo.path, stream)
    case .halfMessage:
      head(NoteAPI.echo.path, stream) + Frame.data(stream, [0, 0, 0, 0, 9, 1]).bytes
    case .running:
      head(NoteAPI.wait.path, stream) + Frame.data(stream, [0, 0, 0, 0, 0], end: true).bytes
    case .streamIdle: head(NoteAPI.hold.path, stream)
    case .streamBlocked:
      // A thousand notes of a hundred bytes, to a peer whose window takes none.
      head(NoteAPI.count.path, stream)
        + Frame.data(
          stream,
          [0, 0, 0, 0, 108, 0x0A, 4] + Array("1000".utf8) + [0x12, 100]
            + Array(repeating: 1, count: 100), end: true
        ).bytes
    }
  }

  @Test(arguments: Phase.allCases)
  func `a stream is reset with CANCEL when its deadline passes`(phase: Phase) async throws {
    let observer = CallRecorder()
    let notes = try await NoteServer(observer: observer)
    // SETTINGS_INITIAL_WINDOW_SIZE 0.
    let peer = try await LivePeer(port: notes.port, settings: [0, 4, 0, 0, 0, 0])
    var stream: Int32 = 1
    // A busy machine may let the deadline pass before the headers are read; then there is a status.
    while true {
      peer.send(Self.request(phase, stream))
      let id = stream
      let end = await peer.frame {
        $0.stream == id && ($0.type == FrameType.resetStream || $0.flags & 1 != 0)
      }
      guard end?.type != FrameType.resetStream, end != nil, stream < 21 else { break }
      stream += 2
    }
    #expect(peer.frames.resetCode(stream) == .cancel)
    #expect(
      await eventually { observer.lines.last?.hasSuffix(" DEADLINE_EXCEEDED") == true })
    if phase == .running || phase == .streamIdle {
      #expect(await eventually { notes.handlers.cancelled.load(ordering: .relaxed) > 0 })
    }
    #expect(await eventually { notes.server.counts.runningHandlers == 0 })
    await peer.close()
    await notes.server.shutdown(within: .seconds(5))
  }
}
