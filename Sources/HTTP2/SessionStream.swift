/// What a session keeps for an open stream, where it lies in the table of streams: an object of its
/// own would be counted at each look, which took a fifteenth of a small call.
struct SessionStream {
  var body = OutgoingBody()
  /// The owner knows of the stream, so it hears of its end.
  var isAnnounced = false
  /// Client: the final response head came, so the next block is trailers.
  var hasResponse = false
  /// A head was submitted.
  var hasHead = false
  /// nghttp2 asked for body bytes and there were none: it waits to be told of more.
  var isWaitingForBody = false
  /// END_STREAM came from the peer.
  var isRemoteEnded = false
  /// END_STREAM was sent.
  var isLocalEnded = false
  /// Its replies take turns with those of other streams.
  var isShared = false
  /// A reset is queued that is no reaction to a fault of the peer.
  var isResetByOwner = false
  /// The owner was told of a fault already.
  var hasFault = false
}
