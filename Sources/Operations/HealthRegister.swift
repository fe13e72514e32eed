internal import Synchronization

/// The services of a process, added as they are made.
public final class HealthRegister: Sendable {
  private let services = Mutex<[HealthChecks]>([])

  public init() {}

  public func add(_ health: HealthChecks) { services.withLock { $0.append(health) } }

  public var all: [HealthChecks] { services.withLock { $0 } }
}
