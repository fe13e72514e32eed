/// Why a name has no address, in the words of whoever was asked.
public struct ResolveError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
