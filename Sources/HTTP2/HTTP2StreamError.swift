/// Why one stream cannot go on, or why a command for it was not taken. Other streams of the
/// connection live on.
public struct HTTP2StreamError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    /// The stream was never opened, or is closed already.
    case unknownStream
    /// A second response head, or body or trailers after this side ended the stream.
    case alreadyEnded
    /// A response head is still to be submitted before body or trailers can be.
    case headMissing
    /// The connection takes no new stream: GOAWAY was sent or received, or the numbers ran out.
    case connectionClosing
    /// `headerListBytesMax` was passed by the peer.
    case headerListOverLimit(bytes: Int, limit: Int)
    /// `headerFieldsMax` was passed by the peer.
    case headerFieldsOverLimit(limit: Int)
    /// `concurrentStreamsMax` was passed by the peer.
    case streamsOverLimit(limit: UInt32)
    /// The peer broke HTTP's rules on this stream, which is reset with the code given.
    case peerFault(HTTP2ErrorCode)
    /// nghttp2 refused what was submitted.
    case library(LibraryFailure)
  }

  public let reason: Reason
  /// The stream, or stream 0 when none was opened.
  public let stream: StreamID

  public init(_ reason: Reason, _ stream: StreamID) {
    self.reason = reason
    self.stream = stream
  }
}
