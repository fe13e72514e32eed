/// Why an entry cannot be metadata. It is thrown where the application adds the entry, so that a
/// bad name is a bug found at once and not a call that fails later.
public struct MetadataError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// Names are `0-9 a-z _ - .`, at least one of them. (PROTOCOL-HTTP2, Header-Name)
    case nameInvalid
    /// The name belongs to the protocol: `grpc-…`, `:…`, `te`, `content-type` and their like.
    case nameReserved
    /// Text is visible ASCII and inner spaces; anything else needs a `-bin` name.
    case valueNotASCII
    /// A `-bin` name takes bytes, every other name takes text.
    case valueKindWrong
  }

  public let reason: Reason
  public let name: String

  public init(_ reason: Reason, name: String) {
    self.reason = reason
    self.name = name
  }

  public var description: String {
    switch reason {
    case .nameInvalid: "metadata name \"\(name)\" has a character outside 0-9 a-z _ - ."
    case .nameReserved: "metadata name \"\(name)\" is reserved for the protocol"
    case .valueNotASCII: "metadata value of \"\(name)\" is not printable ASCII; use a -bin name"
    case .valueKindWrong: "metadata \"\(name)\": names that end in -bin take bytes, others text"
    }
  }
}
