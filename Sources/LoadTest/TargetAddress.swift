/// Where a server listens: `host:port`, with an IPv6 address in brackets.
public struct TargetAddress: Equatable, Hashable, Sendable, CustomStringConvertible {
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  public init(parsing text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(value: text, expected: "host:port, such as 127.0.0.1:50051 or [::1]:50051"))
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
    self.host = String(host)
    self.port = port
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether it is this machine by its address. A name may be this machine too; what is unknown is
  /// not claimed.
  var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
