/// Why a text names no servers.
public struct TargetError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    case notHostPort
    /// An address of the other family, or a name, where an address is due.
    case notAddress(String)
    /// `dns://server/name`: names are asked of the system's servers only.
    case dnsServerNamed
    case pathEmpty
    case pathTooLong
  }

  public let reason: Reason
  public let target: String

  public var description: String {
    switch reason {
    case .notHostPort: "\(target) is not host:port"
    case .notAddress(let text): "\(target) is no target: \(text) is not an address and port"
    case .dnsServerNamed: "\(target) is no target: it names a DNS server of its own"
    case .pathEmpty: "\(target) is no target: it has no path"
    case .pathTooLong: "\(target) is no target: its path is too long for a socket"
    }
  }
}
