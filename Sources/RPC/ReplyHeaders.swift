public import HTTP2
internal import Wire

/// The header blocks of replies. What never changes is a constant that nghttp2 does not copy.
public enum ReplyHeaders {
  /// Before the first message.
  public static let head = [
    HeaderField(":status", "200"), HeaderField("content-type", "application/grpc"),
  ]
  /// Added before it when messages may be compressed.
  public static let gzip = [HeaderField("grpc-encoding", "gzip")]
  /// After the last one. The status is sent even when it is 0.
  public static let ok = [HeaderField("grpc-status", "0")]
  /// Both as most replies have them, without metadata.
  public static let plainHead = ConstantFields(head)
  public static let plainOK = ConstantFields(ok)
  public static let methodNotAllowed = [
    HeaderField(":status", "405"), HeaderField("allow", "POST"),
  ]
  public static let unsupportedMediaType = [HeaderField(":status", "415")]

  private static let statuses = (0...StatusCode.unauthenticated.rawValue).map { code in
    HeaderField("grpc-status", Array(String(code).utf8), isIndexed: true)
  }

  /// Status, message and details of a call that failed. A message or details over their limits are
  /// cut or dropped; the code always arrives.
  public static func failure(
    _ error: RPCError, messageBytesMax: Int, detailsBytesMax: Int
  ) -> (fields: [HeaderField], isDetailDropped: Bool) {
    var fields: [HeaderField] = []
    fields.reserveCapacity(3)
    fields.append(statuses[error.code.rawValue])
    if !error.message.isEmpty {
      let message = PercentEncoding.encode(error.message, limit: messageBytesMax)
      fields.append(HeaderField("grpc-message", message, isIndexed: false))
    }
    guard !error.details.isEmpty else { return (fields, false) }
    let details = Base64.encode(StatusDetails(error).wireBytes)
    guard details.count <= detailsBytesMax else { return (fields, true) }
    fields.append(HeaderField("grpc-status-details-bin", details, isIndexed: false))
    return (fields, false)
  }
}

extension ReplyHeaders {
  /// What a server takes, told to a peer that sent something else.
  public static let offer = [HeaderField("grpc-accept-encoding", "identity,gzip")]

  public static func fields(_ metadata: Metadata) -> [HeaderField] { metadata.headerFields }
}
