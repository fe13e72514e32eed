public import Wire

/// `inventory.v1.HoldState`. Where a hold stands.
public struct HoldState: WireEnum {
  public static let unspecified = Self(rawValue: 0)
  /// The pieces are set aside until the order is confirmed or given up.
  public static let held = Self(rawValue: 1)
  /// The order exists; the pieces are its own.
  public static let committed = Self(rawValue: 2)
  /// The hold was given up and can never be taken again under this order_id.
  public static let released = Self(rawValue: 4)
  /// Nothing was taken: see shortages.
  public static let outOfStock = Self(rawValue: 5)
  /// Nothing was taken: see unknown_skus.
  public static let unknownSKU = Self(rawValue: 6)
  /// Another hold with other lines has this order_id.
  public static let conflict = Self(rawValue: 7)
  /// There is no hold of this order_id.
  public static let unknown = Self(rawValue: 8)

  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public var name: String? {
    switch self {
    case .unspecified: "HOLD_STATE_UNSPECIFIED"
    case .held: "HOLD_STATE_HELD"
    case .committed: "HOLD_STATE_COMMITTED"
    case .released: "HOLD_STATE_RELEASED"
    case .outOfStock: "HOLD_STATE_OUT_OF_STOCK"
    case .unknownSKU: "HOLD_STATE_UNKNOWN_SKU"
    case .conflict: "HOLD_STATE_CONFLICT"
    case .unknown: "HOLD_STATE_UNKNOWN"
    default: nil
    }
  }
}
