public import Wire

/// `google.protobuf.Timestamp`. A point in time, counted from 1970-01-01T00:00:00Z. What a peer
/// sends is kept as it is; whether it lies in the range of the calendar is for its user to check.
public struct Timestamp: WireMessage, Equatable {
  /// Seconds since the epoch; negative before it.
  public var seconds: Int64 = 0
  /// Nanoseconds after `seconds`, 0 to 999999999, also before the epoch.
  public var nanos: Int32 = 0
  private enum Field { static let seconds = 1, nanos = 2 }

  public init() {}

  public init(seconds: Int64 = 0, nanos: Int32 = 0) {
    self.seconds = seconds
    self.nanos = nanos
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.seconds: try reader.int64(tag, into: &seconds)
      case Field.nanos: try reader.int32(tag, into: &nanos)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.int64(seconds, field: Field.seconds)
    writer.int32(nanos, field: Field.nanos)
  }
}
