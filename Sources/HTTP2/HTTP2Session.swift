internal import CNghttp2

/// nghttp2 and our rules: bytes and the time go in, events and bytes come out. It has no socket, no
/// clock and no task, and lives on one event loop.
///
/// A turn of the owner is always the same:
/// 1. `receive` the bytes that were read;
/// 2. take events with `nextEvent` until there are none, submitting replies meanwhile;
/// 3. `drain` once into the buffer that one socket write sends;
/// 4. take events again, for draining closes streams.
///
/// Times are nanoseconds of any clock that never runs backwards.
public final class HTTP2Session {
  public let role: HTTP2Role
  public let settings: HTTP2Settings

  /// Submits SETTINGS (and the client's preface), so `drain` has something to send at once.
  public init(
    role: HTTP2Role, settings: HTTP2Settings, now: UInt64
  ) throws(HTTP2ConnectionError) {
    self.role = role
    self.settings = settings
  }

  /// Takes bytes read from the socket. Ranges in `.data` events point into `bytes`, so take the
  /// events while `bytes` is alive and before the next `receive`.
  public func receive(_ bytes: RawSpan, now: UInt64) throws(HTTP2ConnectionError) {
  }

  /// The next recorded event, or nil.
  public func nextEvent() -> HTTP2Event? { nil }

  /// Hands everything that can be sent now to `write`, frame by frame.
  public func drain(_ write: (RawSpan) -> Void) throws(HTTP2ConnectionError) {
  }

  /// Appends everything that can be sent now to `output`.
  public func drain(into output: inout [UInt8]) throws(HTTP2ConnectionError) {
  }

  /// False once both sides have no more to say: close the socket after the last write.
  public var isOpen: Bool { true }
  public var wantsWrite: Bool { false }
  /// Frames waiting for `drain`.
  public var outboundQueueCount: Int { 0 }
  /// Streams open right now.
  public var openStreams: Int { 0 }
  /// How many more streams a client can open now without queueing behind the peer's limit.
  public var availableStreams: Int { 0 }
  /// The peer's limit on concurrent streams; 100 until its SETTINGS came. (RFC 9113 §6.5.2)
  public var peerConcurrentStreamsMax: UInt32 { 100 }
}
