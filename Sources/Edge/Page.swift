internal import Contracts

/// `page_size` and `page_token` of a list.
struct Page: Equatable, Sendable {
  let size: Int32
  /// Opaque; the service that made it judges it.
  let token: String

  static let tokenBytesMax = 512
  private static let sizes: ClosedRange<Int64> = 1...Int64(PageSize.max)

  init(_ query: QueryString) throws(InputError) {
    if let text = query["page_size"] {
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.hasPrefix("0"),
        let number = Int64(text), Self.sizes.contains(number)
      else { throw .outOfRange(at: "query.page_size", Self.sizes) }
      size = Int32(number)
    } else {
      size = 0
    }
    token = query["page_token"] ?? ""
    guard token.utf8.count <= Self.tokenBytesMax else { throw Self.invalidToken }
  }

  static let invalidToken = InputError(
    .pageTokenInvalid, at: "query.page_token", "must be the nextPageToken of this very list")
}
