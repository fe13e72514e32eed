public import Wire

/// `inventory.v1.SettleReservationsRequest`. Holds and what became of their orders.
public struct SettleReservationsRequest: WireMessage, Equatable {
  public var settlements: [SettledReservation] = []
  private enum Field { static let settlements = 1 }

  public init() {}

  public init(settlements: [SettledReservation] = []) {
    self.settlements = settlements
  }

  public mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case Field.settlements: try reader.messages(tag, into: &settlements)
      default: try reader.skip(tag)
      }
    }
  }

  public func write(to writer: inout WireWriter) {
    writer.messages(settlements, field: Field.settlements)
  }
}
