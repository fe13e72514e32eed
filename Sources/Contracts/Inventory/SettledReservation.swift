public import Wire

/// `inventory.v1.SettledReservation`. What becomes of one hold, or became of it.
public struct SettledReservation: WireMessage, Equatable {
  public var orderID = ""
  public var state = HoldState.unspecified
  private enum Field { static let orderID = 1, state = 2 }

  public init() {}

  public init(orderID: String = "", state: HoldState = .unspecified) {
    self.orderID = orderID
    self.state = state
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.orderID: try reader.string(tag, into: &orderID)
      case Field.state: try reader.enumeration(tag, into: &state)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.string(orderID, field: Field.orderID)
    writer.enumeration(state, field: Field.state)
  }
}
