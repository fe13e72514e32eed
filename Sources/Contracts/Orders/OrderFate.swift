public import Wire

/// `orders.v1.OrderFate`. What became of an order, as the holder of its pieces has to know it.
public struct OrderFate: WireEnum {
  public static let unspecified = Self(rawValue: 0)
  public static let confirmed = Self(rawValue: 1)
  public static let cancelled = Self(rawValue: 2)
  /// There is no order of this id and never will be.
  public static let aborted = Self(rawValue: 3)
  public static let shipped = Self(rawValue: 4)
  public static let delivered = Self(rawValue: 5)
  /// Not decided yet: ask again.
  public static let inFlight = Self(rawValue: 6)

  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public var name: String? {
    switch self {
    case .unspecified: "ORDER_FATE_UNSPECIFIED"
    case .confirmed: "ORDER_FATE_CONFIRMED"
    case .cancelled: "ORDER_FATE_CANCELLED"
    case .aborted: "ORDER_FATE_ABORTED"
    case .shipped: "ORDER_FATE_SHIPPED"
    case .delivered: "ORDER_FATE_DELIVERED"
    case .inFlight: "ORDER_FATE_IN_FLIGHT"
    default: nil
    }
  }
}
