public import HTTP2

/// The header block that opens a call, in the order PROTOCOL-HTTP2 gives: pseudo-headers, timeout,
/// content-type and the rest of the constants, then the application's metadata.
public enum RequestHeaders {

  public static let constants = [
    HeaderField("content-type", "application/grpc"),
    HeaderField("te", "trailers"),
    HeaderField("grpc-accept-encoding", "identity,gzip"),
    HeaderField("user-agent", "grpc-swift-orderly/0.1.0"),
  ]

  /// Pseudo-headers, what is left until the call's deadline when it has one, and how often the call
  /// was tried before. (gRFC A6)
  /// - Parameter isSecure: Whether the call goes over TLS.
  public static func head(
    path: [UInt8], authority: [UInt8], remaining: Duration?, previousAttempts: Int = 0,
    isCompressed: Bool = false, isSecure: Bool = false
  ) -> [HeaderField] {
    var fields = [
      HeaderField(":method", "POST"), HeaderField(":scheme", isSecure ? "https" : "http"),
      HeaderField(":path", path), HeaderField(":authority", authority),
    ]
    if let remaining {
      fields.append(
        HeaderField("grpc-timeout", Array(Timeout.format(remaining).utf8), isIndexed: false))
    }
    if isCompressed { fields.append(HeaderField("grpc-encoding", "gzip")) }
    if previousAttempts > 0 {
      fields.append(
        HeaderField("grpc-previous-rpc-attempts", Array(String(previousAttempts).utf8)))
    }
    return fields
  }

  public static func metadata(_ metadata: Metadata) -> [HeaderField] { metadata.headerFields }
}
