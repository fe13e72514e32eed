/// Something a process started and has to stop: a listener, a pool, a database server.
public struct ServicePart: Sendable {
  public enum Stop: Sendable {
    /// Takes no new work, lets what is under way end within the limit it is given, and cuts the
    /// rest. Answers how many calls were cut. Has to return one second after its limit.
    case drain(@Sendable (Duration) async -> Int)
    /// Flushes and closes. Has a bound of its own, because it is not calls that it waits for.
    case close(atMost: Duration, @Sendable () async -> Void)
  }

  public let name: String
  public let stop: Stop

  public init(_ name: String, stop: Stop) {
    self.name = name
    self.stop = stop
  }
}
