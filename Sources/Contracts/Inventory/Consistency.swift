public import Wire

/// `inventory.v1.Consistency`. How fresh an answer has to be.
public struct Consistency: WireEnum {
  /// Means STRONG.
  public static let unspecified = Self(rawValue: 0)
  /// Reflects every change acknowledged to anybody before this request arrived.
  public static let strong = Self(rawValue: 1)
  /// Was true at some moment within the time that the request allows.
  public static let cached = Self(rawValue: 2)

  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public var name: String? {
    switch self {
    case .unspecified: "CONSISTENCY_UNSPECIFIED"
    case .strong: "CONSISTENCY_STRONG"
    case .cached: "CONSISTENCY_CACHED"
    default: nil
    }
  }
}
