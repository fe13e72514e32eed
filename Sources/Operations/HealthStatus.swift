/// The state of one component, with the words operators' tools know.
public enum HealthStatus: String, Sendable {
  case up = "UP"
  case down = "DOWN"
  case outOfService = "OUT_OF_SERVICE"
  /// Not looked at yet.
  case unknown = "UNKNOWN"
}

/// Something a service needs, and how to find out whether it is there.
public struct HealthCheck: Sendable {
  public let name: String
  /// Whether its failure takes the service out: true for what no call can do without.
  public let decidesReadiness: Bool
  /// Returns when the component is up and throws what is wrong with it. It may hang: whoever runs
  /// it waits no longer than `health.timeout`.
  public let run: @Sendable () async throws -> Void

  public init(
    _ name: String, decidesReadiness: Bool = true, run: @escaping @Sendable () async throws -> Void
  ) {
    self.name = name
    self.decidesReadiness = decidesReadiness
    self.run = run
  }
}

/// What was last found out about a component.
public struct ComponentHealth: Equatable, Sendable {
  public let name: String
  public let decidesReadiness: Bool
  public fileprivate(set) var status = HealthStatus.unknown
  public fileprivate(set) var message = "not checked yet"
  /// When the status became what it is.
  public fileprivate(set) var since: UTCTime
  /// When it was last found out, and how long that took.
  public fileprivate(set) var checkedAt: UTCTime?
  public fileprivate(set) var duration = Duration.zero

  init(_ check: HealthCheck, now: UTCTime) {
    name = check.name
    decidesReadiness = check.decidesReadiness
    since = now
  }

  mutating func found(
    _ status: HealthStatus, _ message: String, took duration: Duration, at now: UTCTime
  ) {
    if status != self.status { since = now }
    self.status = status
    self.message = message
    self.duration = duration
    checkedAt = now
  }
}
