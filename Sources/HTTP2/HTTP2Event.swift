/// What a session has to tell its owner. Events are recorded while nghttp2 runs and taken
/// afterwards with `HTTP2Session.nextEvent()`, in the order in which they happened.
///
/// A server hears of a stream first by `.headers` of category `.request`; a client knows its
/// streams from submitting them. The last word on a stream is always `.closed`, once.
public enum HTTP2Event: Sendable {
  /// A whole header block. With `endStream` nothing more comes from the peer on this stream, and
  /// no `.endStream` follows.
  case headers(StreamID, HeaderBlock, HeaderCategory, endStream: Bool)
  /// Payload bytes, as a range of the bytes given to the `receive` that recorded this event.
  /// The stream window is not given back until `consume(_:on:)` is called for them.
  case data(StreamID, Range<Int>)
  /// The peer half-closed the stream with DATA.
  case endStream(StreamID)
  /// The peer sent RST_STREAM; `.closed` follows. To a client it may come for a stream that is gone
  /// already, after its `.closed`, and means nothing then.
  case reset(StreamID, HTTP2ErrorCode)
  /// This side resets the stream for a fault of the peer or a limit; `.closed` follows once the
  /// reset was drained. On a server it may name a stream that was never announced.
  case fault(HTTP2StreamError)
  /// The trailers, or another block or DATA frame that ends this side of the stream, were drained.
  case endStreamSent(StreamID)
  /// The stream is gone from the session; its number means nothing to it any more.
  case closed(StreamID, HTTP2ErrorCode)
  /// The peer will take no stream above `lastStreamID`. Streams above it are closed with
  /// REFUSED_STREAM right after this event. (RFC 9113 §6.8)
  case goAway(lastStreamID: StreamID, code: HTTP2ErrorCode, reason: String)
  /// GOAWAY left this side: the one submitted, or one of nghttp2's own after a connection error.
  case goAwaySent(lastStreamID: StreamID, code: HTTP2ErrorCode, reason: String)
  /// The peer's SETTINGS are in force; read `peerConcurrentStreamsMax` again.
  case settings
  /// The peer took our SETTINGS: the limits we announced bind it from here on.
  case settingsAcknowledged
  /// The peer sent PING; the ACK is already queued.
  case ping(UInt64)
  case pingAcknowledged(UInt64)
}
