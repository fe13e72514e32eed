import HTTP2
import TestSupport

/// What a peer that writes its own frames may still send on a stream of a server.
struct FlowWindows {
  let stream: Int32
  private var connectionLeft = 65_535
  private var streamLeft = 65_535
  private var seen = 0

  init(stream: Int32) { self.stream = stream }

  mutating func spend(_ count: Int) {
    connectionLeft -= count
    streamLeft -= count
  }

  /// Waits until there is room for a byte.
  mutating func space(_ peer: LivePeer) async throws -> Int {
    while true {
      let frames = peer.frames
      for frame in frames[seen...] where frame.type == FrameType.windowUpdate {
        if frame.stream == 0 { connectionLeft += Int(frame.word()) }
        if frame.stream == stream { streamLeft += Int(frame.word()) }
      }
      seen = frames.count
      let space = min(connectionLeft, streamLeft)
      if space > 0 || peer.isClosed { return space }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}
