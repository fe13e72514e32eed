/// Answers which addresses stand behind a name. A client asks when it first connects, and again
/// when a connection is lost.
public protocol NameResolver: Sendable {
  /// - Returns: addresses, not names, in the order in which to try them.
  func addresses(of name: HostPort) async throws(ResolveError) -> [HostPort]
}
