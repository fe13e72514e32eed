public import Wire

/// `orders.v1.WatchOrdersResponse`. Tells a watcher what happened since the message before.
public struct WatchOrdersResponse: WireMessage, Equatable {
  public var events: [OrderEvent] = []
  /// Where a later watch goes on behind this message.
  public var resumeToken = ""
  private enum Field { static let events = 1, resumeToken = 2 }

  public init() {}

  public init(events: [OrderEvent] = [], resumeToken: String = "") {
    self.events = events
    self.resumeToken = resumeToken
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.events: try reader.messages(tag, into: &events)
      case Field.resumeToken: try reader.string(tag, into: &resumeToken)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(events, field: Field.events)
    writer.string(resumeToken, field: Field.resumeToken)
  }
}
