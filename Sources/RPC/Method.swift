public import Wire

/// One unary method: its path and the messages it takes and gives. Server and client share the
/// constant, so no path is typed twice.
public struct Method<Request: WireMessage, Response: WireMessage>: Sendable {
  /// Full name of the service, for example `orders.v1.Orders`.
  public let service: String
  public let name: String
  /// `/service/name`, as `:path` carries it.
  public let path: String
  /// The same as a header's value, so that no call has to make it.
  public let pathBytes: [UInt8]

  public init(_ service: String, _ name: String) {
    self.service = service
    self.name = name
    path = "/\(service)/\(name)"
    pathBytes = Array(path.utf8)
  }
}
