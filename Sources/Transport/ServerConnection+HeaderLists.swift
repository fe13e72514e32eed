internal import HTTP2
internal import Logging
internal import RPC

/// Header blocks of replies, cut to what the peer takes: a block that is too long would lose it the
/// whole answer. (RFC 9113 §6.5.2)
extension ServerConnection {
  /// Metadata as it goes beside `fields`; none when both would be too long.
  func fitting(_ metadata: Metadata, beside fields: [HeaderField]) -> [HeaderField] {
    if metadata.isEmpty { return [] }
    let more = ReplyHeaders.fields(metadata)
    if fits(fields, more) { return more }
    warnDropped("metadata")
    return []
  }

  /// Status, message and details of a call that failed, then metadata. Of what is too long for the
  /// peer metadata goes first, then details, then the message; the code always arrives.
  /// - Parameter head: What stands before it in the same block.
  func failureFields(
    _ error: RPCError, beside head: [HeaderField], _ metadata: Metadata = Metadata()
  ) -> [HeaderField] {
    let (fields, isDetailDropped) = ReplyHeaders.failure(
      error, messageBytesMax: settings.statusMessageBytesMax,
      detailsBytesMax: settings.statusDetailsBytesMax)
    if isDetailDropped {
      logger.warning(
        "error details dropped: over statusDetailsBytesMax",
        metadata: ["code": "\(error.code.name)", "limit": "\(settings.statusDetailsBytesMax)"])
    }
    let more = metadata.isEmpty ? [] : ReplyHeaders.fields(metadata)
    if fits(head, fields, more) { return more.isEmpty ? fields : fields + more }
    if fits(head, fields) {
      warnDropped("metadata")
      return fields
    }
    warnDropped("error details")
    let (plain, _) = ReplyHeaders.failure(
      RPCError(error.code, error.message), messageBytesMax: settings.statusMessageBytesMax,
      detailsBytesMax: 0)
    if fits(head, plain) { return plain }
    return ReplyHeaders.failure(RPCError(error.code, ""), messageBytesMax: 0, detailsBytesMax: 0)
      .fields
  }

  private func fits(_ lists: [HeaderField]...) -> Bool {
    let limit = session.peerHeaderListBytesMax
    return lists.reduce(0) { $0 + $1.listBytes } <= limit
  }

  private func warnDropped(_ what: String) {
    logger.warning(
      "\(what) dropped: the peer does not take that long a header list",
      metadata: ["peer": "\(peer)", "limit": "\(session.peerHeaderListBytesMax)"])
  }
}
