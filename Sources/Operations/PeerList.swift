internal import Transport

/// Where the servers of a service are, one target or several, in the order they were given in.
public struct PeerList: Hashable, Sendable, CustomStringConvertible {
  /// As `Client` takes them.
  public let targets: [String]

  public init(_ addresses: [PeerAddress]) { targets = addresses.map(\.description) }

  /// Whether there may be more than one server behind it: a name may stand for any number.
  public var mayBeSeveral: Bool {
    targets.count > 1 || targets.contains { $0.hasPrefix("dns:") }
  }

  public var description: String { targets.joined(separator: ",") }
}

extension PeerList: SettingValue {
  /// A list behind `ipv4:` or `ipv6:` has the same commas as the whole, and what follows the first
  /// of its addresses reads as targets of their own, which come to the same.
  public init?(settingText text: String) {
    targets = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard targets.allSatisfy(Self.isTarget) else { return nil }
  }

  private static func isTarget(_ text: String) -> Bool {
    guard (try? Client.check(target: text)) != nil else { return false }
    // Beyond what a client can use: a name of letters that occur in names, and a port above 0.
    for scheme in ["dns:///", "dns:", "ipv4:", "ipv6:"] where text.hasPrefix(scheme) {
      return PeerAddress(text.dropFirst(scheme.count)) != nil
    }
    return text.hasPrefix("unix:") || PeerAddress(text) != nil
  }

  public var settingText: String { description }
  public static var form: String {
    "host:port, dns:host:port, ipv4:address:port, ipv6:[address]:port or unix:/path, or a list "
      + "such as a:1,b:2"
  }
  public static var placeholder: String { "target" }
}
