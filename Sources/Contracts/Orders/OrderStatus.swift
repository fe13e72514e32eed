public import Wire

/// `orders.v1.OrderStatus`. Where an order stands. 3 is kept free.
public struct OrderStatus: WireEnum {
  public static let unspecified = Self(rawValue: 0)
  public static let confirmed = Self(rawValue: 1)
  public static let cancelled = Self(rawValue: 2)
  public static let shipped = Self(rawValue: 4)
  public static let delivered = Self(rawValue: 5)

  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public var name: String? {
    switch self {
    case .unspecified: "ORDER_STATUS_UNSPECIFIED"
    case .confirmed: "ORDER_STATUS_CONFIRMED"
    case .cancelled: "ORDER_STATUS_CANCELLED"
    case .shipped: "ORDER_STATUS_SHIPPED"
    case .delivered: "ORDER_STATUS_DELIVERED"
    default: nil
    }
  }
}
