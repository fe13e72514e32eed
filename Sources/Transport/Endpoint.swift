internal import NIOCore

/// One address that can be connected to, and the name by which the server there is known.
struct Endpoint: Hashable {
  let address: SocketAddress
  /// `:authority` of the calls; for a socket file `localhost`, since an empty one is no authority.
  let authority: String
  /// The name that a certificate has to bear and that is sent as SNI; nil when only an address is
  /// known, which the certificate then has to bear. (RFC 6066 §3: no addresses)
  let serverName: String?

  /// - Parameter name: the name that led to the address, when there was one.
  /// - Returns: nil when `hostPort` is no address but a name.
  init?(_ hostPort: HostPort, of name: HostPort? = nil) {
    guard let address = try? SocketAddress(ipAddress: hostPort.host, port: hostPort.port) else {
      return nil
    }
    self.address = address
    authority = name?.description ?? AddressText.of(address)
    // A name that ends with a dot is the same name, but SNI and certificates have none.
    serverName = name.map { $0.host.hasSuffix(".") ? String($0.host.dropLast()) : $0.host }
  }

  init?(socketPath: String) {
    guard let address = try? SocketAddress(unixDomainSocketPath: socketPath) else { return nil }
    self.address = address
    authority = "localhost"
    serverName = authority
  }

  /// As it stands in messages.
  var text: String { AddressText.of(address) }

  var isIPv6: Bool { if case .v6 = address { true } else { false } }
  var isSocketFile: Bool { if case .unixDomainSocket = address { true } else { false } }

  static func == (one: Endpoint, other: Endpoint) -> Bool {
    one.address == other.address && one.authority == other.authority
  }

  func hash(into hasher: inout Hasher) { hasher.combine(address) }
}
