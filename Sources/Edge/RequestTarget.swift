/// A request target cut into path and query, both still percent-encoded. (RFC 9112 §3.2)
struct RequestTarget: Equatable, Sendable {
  let path: String
  let query: Substring?

  init(_ target: String) {
    let origin = Self.originForm(target[...])
    let halves = origin.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(halves.first ?? "")
    query = halves.count > 1 ? halves.last : nil
  }

  /// A server must take the absolute form that proxies send; the authority names this server.
  private static func originForm(_ target: Substring) -> Substring {
    guard target.utf8.first != UInt8(ascii: "/") else { return target }
    for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
      let rest = target.dropFirst(scheme.count)
      guard let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
      return rest[end] == "/" ? rest[end...] : "/" + rest[end...]
    }
    return target
  }
}
