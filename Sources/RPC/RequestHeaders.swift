public import HTTP2

/// The header block that opens a call, in the order PROTOCOL-HTTP2 gives: pseudo-headers, timeout,
/// content-type and the rest of the constants, then the application's metadata.
public enum RequestHeaders {

  public static let constants = [
    HeaderField("content-type", "application/grpc"),
    HeaderField("te", "trailers"),
    HeaderField("grpc-accept-encoding", "identity"),
    HeaderField("user-agent", "grpc-swift-orderly/0.1.0"),
  ]

  /// Pseudo-headers and, when the call has a deadline, what is left until then.
  public static func head(
    path: [UInt8], authority: [UInt8], remaining: Duration?
  ) -> [HeaderField] {
    var fields = [
      HeaderField(":method", "POST"), HeaderField(":scheme", "http"), HeaderField(":path", path),
      HeaderField(":authority", authority),
    ]
    if let remaining {
      fields.append(
        HeaderField("grpc-timeout", Array(Timeout.format(remaining).utf8), isIndexed: false))
    }
    return fields
  }

  public static func metadata(_ metadata: Metadata) -> [HeaderField] { metadata.headerFields }
}
