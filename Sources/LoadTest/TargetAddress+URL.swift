extension TargetAddress {
  private static let scheme = "http://"
  private static let portDefault = 80

  /// Reads `http://host` or `http://host:port`. What follows the authority would have to go before
  /// every path of the workload, so nothing may.
  public init(url text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(value: text, expected: "http://host or http://host:port, without a path"))
    guard text.lowercased().hasPrefix(Self.scheme) else { throw refusal }
    let authority = text.dropFirst(Self.scheme.count)
    guard !authority.contains(where: { "/?#@".contains($0) }) else { throw refusal }
    let hasPort = authority.last != "]" && authority.contains(":")
    do throws(LoadError) {
      try self.init(parsing: hasPort ? String(authority) : "\(authority):\(Self.portDefault)")
    } catch {
      throw refusal
    }
  }
}
