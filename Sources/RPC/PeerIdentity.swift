/// Who a caller has proved to be: the alternative names of its certificate, which an authority has
/// signed that this side trusts. (RFC 5280 §4.2.1.6)
///
/// A class, so that a call that has none carries an empty pointer and one that has some carries
/// those of its connection.
public final class PeerIdentity: Sendable {
  /// One name, in the form that people write it in.
  public enum Name: Hashable, Sendable, CustomStringConvertible {
    case dns(String)
    /// For example `spiffe://shop/orders`.
    case uri(String)
    case email(String)
    /// An address of IPv4 or IPv6.
    case address(String)

    public var description: String {
      switch self {
      case .dns(let text): "DNS:\(text)"
      case .uri(let text): "URI:\(text)"
      case .email(let text): "email:\(text)"
      case .address(let text): "IP:\(text)"
      }
    }
  }

  /// In the certificate's order; names of other kinds are left out.
  public let names: [Name]

  public init(names: [Name]) { self.names = names }

  /// Whether any of the texts is one of the names, of whatever kind. The case of letters counts for
  /// all but names of hosts. (RFC 4343)
  public func bears(oneOf texts: [String]) -> Bool {
    names.contains { name in
      switch name {
      case .dns(let own): texts.contains { $0.lowercased() == own.lowercased() }
      case .uri(let own), .email(let own), .address(let own): texts.contains(own)
      }
    }
  }
}
