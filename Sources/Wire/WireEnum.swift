/// A protobuf enum. It holds any number, because a newer peer may know names that we do not.
public protocol WireEnum: RawRepresentable, Hashable, Sendable where RawValue == Int32 {
  init(rawValue: Int32)
  /// The name in the .proto file, or nil for a number that has none there.
  var name: String? { get }
}
