import TestSupport
import Testing

@testable import HTTP2

@Suite struct HTTP2SettingsTests {
  /// SETTINGS as (identifier, value). (RFC 9113 §6.5.1)
  private func entries(_ frame: Frame) -> [UInt16: UInt32] {
    var entries: [UInt16: UInt32] = [:]
    for offset in stride(from: 0, to: frame.payload.count, by: 6) {
      let id = UInt16(frame.payload[offset]) << 8 | UInt16(frame.payload[offset + 1])
      entries[id] = frame.word(offset + 2)
    }
    return entries
  }

  @Test func `a server announces its limits and no priorities`() throws {
    let frames = Frame.parse(try Endpoint(.server).drain())
    #expect(frames.map(\.type) == [FrameType.settings, FrameType.windowUpdate])
    #expect(entries(frames[0]) == [3: 256, 6: 16_384, 4: 65_535, 9: 1])
    #expect(frames[1].word() == 1 << 20 - 65_535)
  }

  @Test func `a client takes no pushes and announces its limits`() throws {
    let bytes = try Endpoint(.client).drain()
    #expect(bytes.starts(with: Frame.preface))
    let frames = Frame.parse(bytes)
    #expect(entries(frames[0]) == [2: 0, 6: 16_384, 4: 1 << 20])
    #expect(frames[1].word() == 8 << 20 - 65_535)
  }

  @Test func `the windows are those of their knobs`() throws {
    let settings = HTTP2Settings(streamWindowBytes: 1000, connectionWindowBytes: 70_000)
    let frames = Frame.parse(try Endpoint(.server, settings).drain())
    #expect(entries(frames[0])[4] == 1000)
    #expect(frames[1].word() == 70_000 - 65_535)
  }

  @Test func `defaults are the ones that are documented`() {
    let server = HTTP2Settings.server
    #expect(server.concurrentStreamsMax == 256)
    #expect(server.headerListBytesMax == 16_384)
    #expect(server.headerFieldsMax == 100)
    #expect(server.acknowledgementsUnsentMax == 1000)
    #expect(server.settingsEntriesMax == 32)
    #expect(server.continuationsMax == 8)
    #expect((server.streamWindowBytes, server.connectionWindowBytes) == (65_535, 1 << 20))
    let client = HTTP2Settings.client
    #expect((client.streamWindowBytes, client.connectionWindowBytes) == (1 << 20, 8 << 20))
    let ledger = server.ledger
    #expect((ledger.instantReset.burst, ledger.instantReset.refillPerSecond) == (20_000, 1000))
    #expect((ledger.peerError.burst, ledger.peerError.refillPerSecond) == (200, 5))
    #expect((ledger.emptyFrame.burst, ledger.emptyFrame.refillPerSecond) == (100, 10))
    #expect((ledger.ignoredFrame.burst, ledger.ignoredFrame.refillPerSecond) == (10_000, 1000))
    #expect((ledger.control.burst, ledger.control.refillPerSecond) == (100, 1))
    #expect((ledger.windowUpdate.burst, ledger.windowUpdatesPerDataSent) == (1000, 10))
  }
}
