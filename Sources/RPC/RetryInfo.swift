public import Wire

/// `google.rpc.RetryInfo`: how long to wait before trying again. (google/rpc/error_details.proto)
public struct RetryInfo: DetailMessage, Equatable {
  public static let fullName = "google.rpc.RetryInfo"

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
        var delay: DurationMessage?
        try reader.message(tag, into: &delay)
        if let delay {
          retryDelay = .seconds(delay.seconds) + .nanoseconds(Int64(delay.nanos))
        }
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    guard let retryDelay else { return }
    var delay = DurationMessage()
    delay.seconds = retryDelay.components.seconds
    delay.nanos = Int32(truncatingIfNeeded: retryDelay.components.attoseconds / 1_000_000_000)
    writer.message(delay, field: Field.retryDelay)
  }
}

/// `google.protobuf.Duration`.
private struct DurationMessage: WireMessage {
  var seconds: Int64 = 0
  var nanos: Int32 = 0
  private enum Field { static let seconds = 1, nanos = 2 }

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
