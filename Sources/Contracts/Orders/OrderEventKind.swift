public import Wire

/// `orders.v1.OrderEventKind`. What happened to an order. 3 is kept free.
public struct OrderEventKind: WireEnum {
  public static let unspecified = Self(rawValue: 0)
  public static let placed = Self(rawValue: 1)
  public static let cancelled = Self(rawValue: 2)
  public static let shipped = Self(rawValue: 4)
  public static let delivered = Self(rawValue: 5)

  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public var name: String? {
    switch self {
    case .unspecified: "ORDER_EVENT_KIND_UNSPECIFIED"
    case .placed: "ORDER_EVENT_KIND_PLACED"
    case .cancelled: "ORDER_EVENT_KIND_CANCELLED"
    case .shipped: "ORDER_EVENT_KIND_SHIPPED"
    case .delivered: "ORDER_EVENT_KIND_DELIVERED"
    default: nil
    }
  }
}
