internal import NIOCore

/// Where a client finds its servers. (gRPC naming.md)
///
///     10.0.0.7:50051   host:50051   dns:host:50051   dns:///host:50051
///     ipv4:10.0.0.7:50051,10.0.0.8:50051   ipv6:[::1]:50051   unix:/run/orders.socket
struct Target: Equatable {
  enum Place: Equatable {
    /// To be asked for, now and then again.
    case name(HostPort)
    case endpoints([Endpoint])
  }

  let place: Place

  init(_ text: String) throws(TargetError) {
    if let path = Self.rest(of: text, after: "unix:") {
      place = .endpoints([try Self.socket(path.hasPrefix("///") ? path.dropFirst(2) : path, text)])
    } else if let list = Self.rest(of: text, after: "ipv4:") {
      place = .endpoints(try Self.addresses(list, isIPv6: false, text))
    } else if let list = Self.rest(of: text, after: "ipv6:") {
      place = .endpoints(try Self.addresses(list, isIPv6: true, text))
    } else {
      var name = Self.rest(of: text, after: "dns:") ?? text[...]
      if name.hasPrefix("//") {
        guard name.hasPrefix("///") else {
          throw TargetError(reason: .dnsServerNamed, target: text)
        }
        name = name.dropFirst(3)
      }
      guard let named = HostPort(String(name)) else {
        throw TargetError(reason: .notHostPort, target: text)
      }
      place = Endpoint(named).map { .endpoints([$0]) } ?? .name(named)
    }
  }

  private static func rest(of text: String, after scheme: String) -> Substring? {
    text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : nil
  }

  private static func socket(_ path: Substring, _ text: String) throws(TargetError) -> Endpoint {
    guard !path.isEmpty else { throw TargetError(reason: .pathEmpty, target: text) }
    guard let endpoint = Endpoint(socketPath: String(path)) else {
      throw TargetError(reason: .pathTooLong, target: text)
    }
    return endpoint
  }

  private static func addresses(
    _ list: Substring, isIPv6: Bool, _ text: String
  ) throws(TargetError) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let address = HostPort(String(part)), let endpoint = Endpoint(address),
        endpoint.isIPv6 == isIPv6
      else { throw TargetError(reason: .notAddress(String(part)), target: text) }
      endpoints.append(endpoint)
    }
    return endpoints
  }
}
