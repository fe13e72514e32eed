/// Identifier of a stream within one connection: odd when the client opened it, 31 bits on the
/// wire. (RFC 9113 §5.1.1)
public struct StreamID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: Int32

  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  @inlinable public static func < (left: StreamID, right: StreamID) -> Bool {
    left.rawValue < right.rawValue
  }

  public var description: String { "stream \(rawValue)" }
}
