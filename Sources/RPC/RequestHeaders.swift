public import HTTP2

/// The header block that opens a call, in the order PROTOCOL-HTTP2 gives: pseudo-headers, timeout,
/// content-type and the rest of the constants, then the application's metadata.
public enum RequestHeaders {

  private static let constantFields = [
    HeaderField("content-type", "application/grpc"),
    HeaderField("te", "trailers"),
    HeaderField("grpc-accept-encoding", "identity,gzip"),
    HeaderField("user-agent", "grpc-swift-orderly/0.1.0"),
  ]
  public static let constants = ConstantFields(constantFields)
  /// What `constants` count in a header list.
  public static let constantsListBytes = constantFields.listBytes

  /// What all calls of one method on one connection begin with.
  /// - Parameter isSecure: Whether the call goes over TLS.
  public static func pseudoFields(
    path: [UInt8], authority: [UInt8], isSecure: Bool = false
  ) -> [HeaderField] {
    [
      HeaderField(":method", "POST"), HeaderField(":scheme", isSecure ? "https" : "http"),
      HeaderField(":path", path), HeaderField(":authority", authority),
    ]
  }

  /// What is left until the call's deadline when it has one, and how often the call was tried
  /// before. (gRFC A6)
  public static func callFields(
    remaining: Duration?, previousAttempts: Int = 0, isCompressed: Bool = false
  ) -> [HeaderField] {
    var fields: [HeaderField] = []
    if let remaining {
      fields.append(HeaderField("grpc-timeout", Timeout.format(remaining), isIndexed: false))
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
