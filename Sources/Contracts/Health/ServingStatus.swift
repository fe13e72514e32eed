public import Wire

/// `grpc.health.v1.HealthCheckResponse.ServingStatus`. Whether a service can be used.
public struct ServingStatus: WireEnum {
  public static let unknown = Self(rawValue: 0)
  public static let serving = Self(rawValue: 1)
  public static let notServing = Self(rawValue: 2)
  /// Only `Watch` answers this; `Check` answers NOT_FOUND.
  public static let serviceUnknown = Self(rawValue: 3)

  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public var name: String? {
    switch self {
    case .unknown: "UNKNOWN"
    case .serving: "SERVING"
    case .notServing: "NOT_SERVING"
    case .serviceUnknown: "SERVICE_UNKNOWN"
    default: nil
    }
  }
}
