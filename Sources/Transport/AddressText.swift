internal import NIOCore

/// An address as people write it: `127.0.0.1:50051`, `[::1]:50051`, `unix:/path`.
enum AddressText {
  static func of(_ address: SocketAddress) -> String {
    switch address {
    case .v4: "\(address.ipAddress ?? "?"):\(address.port ?? 0)"
    case .v6: "[\(address.ipAddress ?? "?")]:\(address.port ?? 0)"
    case .unixDomainSocket: "unix:\(address.pathname ?? "")"
    }
  }
}
