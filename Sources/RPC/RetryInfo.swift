public import Wire

/// `google.rpc.RetryInfo`: how long to wait before trying again. (google/rpc/error_details.proto)
public struct RetryInfo: DetailMessage, Equatable {
  public static var typeURL: String { "type.googleapis.com/google.rpc.RetryInfo" }

  public var retryDelay: Duration?
  private enum Field { static let retryDelay = 1 }

  public init() {}

  public init(_ retryDelay: Duration) {
    self.retryDelay = retryDelay
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.retryDelay:
        var delay = retryDelay.map(DurationMessage.init)
        try reader.message(tag, into: &delay)
        retryDelay = delay?.duration
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    guard let retryDelay else { return }
    writer.message(DurationMessage(retryDelay), field: Field.retryDelay)
  }
}

/// `google.protobuf.Duration`.
private struct DurationMessage: WireMessage {
  var seconds: Int64 = 0
  var nanos: Int32 = 0
  private enum Field { static let seconds = 1, nanos = 2 }

  /// What protobuf allows: 10000 years either way. Sums beyond it would trap.
  private static let secondsMax: Int64 = 315_576_000_000
  private static let nanosMax: Int32 = 999_999_999

  init() {}

  init(_ duration: Duration) {
    seconds = duration.components.seconds
    nanos = Int32(truncatingIfNeeded: duration.components.attoseconds / 1_000_000_000)
  }

  /// Nil outside protobuf's bounds, since a peer may send any number.
  var duration: Duration? {
    guard (-Self.secondsMax...Self.secondsMax).contains(seconds),
      (-Self.nanosMax...Self.nanosMax).contains(nanos)
    else { return nil }
    return .seconds(seconds) + .nanoseconds(Int64(nanos))
  }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.seconds: try reader.int64(tag, into: &seconds)
      case Field.nanos: try reader.int32(tag, into: &nanos)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.int64(seconds, field: Field.seconds)
    writer.int32(nanos, field: Field.nanos)
  }
}
