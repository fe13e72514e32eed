/// What one message may ask of its reader.
public struct WireLimits: Equatable, Sendable {
  /// How many messages and groups may stand in one another below the top-level message, because
  /// each costs stack. 100 is the recursion limit other protobuf implementations have.
  public var wireDepthMax: Int
  /// How many length-delimited elements (strings, byte arrays, messages, packed runs) one top-level
  /// message may hold at all depths, because two bytes on the wire can stand for a large struct.
  public var wireElementsMax: Int

  public static let standard = WireLimits()

  public init(wireDepthMax: Int = 100, wireElementsMax: Int = 65536) {
    self.wireDepthMax = wireDepthMax
    self.wireElementsMax = wireElementsMax
  }
}
