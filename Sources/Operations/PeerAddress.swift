/// Where a peer listens: `inventory:50051`, `10.0.0.7:50051`, `[::1]:50051`.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Nil when `text` is no `host:port` with a port from 1 to 65535. An IPv6 address needs its
  /// brackets, or its last group would be taken for the port.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"),
      let port = Int(settingText: String(text[text.index(after: colon)...])),
      (1...65535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.first == "[", host.last == "]" {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.allSatisfy(Self.isHostCharacter) else { return nil }
    self.init(host: String(host), port: port)
  }

  private static func isHostCharacter(_ character: Character) -> Bool {
    guard character.isASCII else { return false }
    return character.isLetter || character.isNumber || ".-_:%".contains(character)
  }

  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
