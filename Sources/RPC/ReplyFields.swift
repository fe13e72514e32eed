internal import HTTP2

/// Where in a header block of a reply the fields lie that a client acts on. One pass, by length and
/// then bytes; of a field that came twice the first counts.
struct ReplyFields {
  private(set) var httpStatus: Range<Int>?
  private(set) var contentType: Range<Int>?
  private(set) var encoding: Range<Int>?
  private(set) var status: Range<Int>?
  private(set) var message: Range<Int>?
  private(set) var details: Range<Int>?
  private(set) var pushback: Range<Int>?
  /// Whether the block holds anything that is the application's.
  private(set) var hasMetadata = false

  init(_ block: HeaderBlock) {
    // Not `for in`, whose iterator counts a reference to the block.
    var end = 0
    while let field = block.field(at: end) {
      end = field.value.upperBound
      switch field.name.count {
      case 7 where block.matches(field.name, ":status"): httpStatus = httpStatus ?? field.value
      case 11 where block.matches(field.name, "grpc-status"): status = status ?? field.value
      case 12 where block.matches(field.name, "content-type"):
        contentType = contentType ?? field.value
      case 12 where block.matches(field.name, "grpc-message"): message = message ?? field.value
      case 13 where block.matches(field.name, "grpc-encoding"): encoding = encoding ?? field.value
      case 20 where block.matches(field.name, "grpc-accept-encoding"): break
      case 22 where block.matches(field.name, "grpc-retry-pushback-ms"):
        pushback = pushback ?? field.value
      case 23 where block.matches(field.name, "grpc-status-details-bin"):
        details = details ?? field.value
      default:
        if !hasMetadata, Metadata.isCustom(field, in: block) { hasMetadata = true }
      }
    }
  }
}
