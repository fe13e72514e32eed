/// Where a server listens: `host:port`, with an IPv6 address in brackets, or a socket file,
/// `unix:/path`.
public struct TargetAddress: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let host: String
  public let port: Int
  /// Of a socket file; nil where it is a host and a port.
  public let path: String?

  private static let scheme = "unix:"
  /// What the system's address of a socket file holds beside the zero at its end.
  private static let pathBytesMax = 107

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
    path = nil
  }

  private init(path: Substring) {
    host = "localhost"
    port = 0
    self.path = String(path)
  }

  public init(parsing text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(
        value: text,
        expected: "host:port, such as 127.0.0.1:50051 or [::1]:50051, or unix:/path, of at most"
          + " \(Self.pathBytesMax) bytes"))
    if text.hasPrefix(Self.scheme) {
      let rest = text.dropFirst(Self.scheme.count)
      let path = rest.hasPrefix("///") ? rest.dropFirst(2) : rest
      guard path.hasPrefix("/"), (2...Self.pathBytesMax).contains(path.utf8.count),
        !path.utf8.contains(0)
      else { throw refusal }
      self.init(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else { throw refusal }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw refusal  // An IPv6 address without brackets: its last group would pass for a port.
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      let port = Int(digits), (1...65535).contains(port)
    else { throw refusal }
    self.init(host: String(host), port: port)
  }

  public var description: String { path.map { Self.scheme + $0 } ?? hostPort }

  /// `:authority` of the requests; a path would be none. (RFC 3986 §3.2)
  var authority: String { path == nil ? hostPort : host }

  private var hostPort: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether it is this machine by its address. A name may be this machine too; what is unknown is
  /// not claimed.
  var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
