/// What can be set about the edge. Each limit bounds what one client can make the process hold.
public struct EdgeSettings: Equatable, Sendable {
  /// Which exchanges get a line in the log.
  public enum AccessLog: String, Equatable, Sendable, CaseIterable {
    case off
    /// Those answered with a status of 400 or more.
    case errors
    case all
  }

  public var host = "127.0.0.1"
  /// 0 takes any free port.
  public var port = 8080
  /// The deadline of a request that names none.
  public var timeoutDefault: Duration = .seconds(5)
  /// What a longer deadline is cut to.
  public var timeoutMax: Duration = .seconds(10)
  /// Bytes of a body: room for 100 lines with any white space.
  public var bodyMax = 1 << 20
  /// Bytes of a request's header fields together.
  public var headerMax = 16 << 10
  public var headerFieldsMax = 100
  /// Bytes of a request target: 100 SKUs of 64 bytes fit.
  public var targetMax = 8 << 10
  /// Requests between their head and their answer, over all connections.
  public var inflightMax = 1000
  /// Open connections; above it, accepting pauses.
  public var connectionsMax = 10_000
  /// From a request's head to the end of its body.
  public var bodyTimeout: Duration = .seconds(30)
  /// How long a connection stays open without a request.
  public var idleTimeout: Duration = .seconds(60)
  /// Whether an order without an idempotency key is refused.
  public var keyRequired = false
  public var accessLog: AccessLog = .errors

  /// Bytes of one header field, name and value. What a proxy in front lets through is no more.
  static let headerFieldMax = 8 << 10

  public init() {}
}
