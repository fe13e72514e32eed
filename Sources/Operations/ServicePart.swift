/// Something a process started and has to stop: a listener, a pool, a database server.
public struct ServicePart: Sendable {
  public enum Stop: Sendable {
    /// Takes no new work, lets what is under way end within the limit it is given, and cuts the
    /// rest. Answers how many calls were cut. Has to return one second after its limit.
    case drain(@Sendable (Duration) async -> Int)
    /// Flushes and closes. It has the time it names, as far as the stop as a whole has it left.
    case close(atMost: Duration, @Sendable () async -> Void)
    /// As `close`, with all the time it names: for what would have to recover if it were left
    /// behind, such as a database server.
    case closeFully(atMost: Duration, @Sendable () async -> Void)
  }

  public let name: String
  public let stop: Stop

  public init(_ name: String, stop: Stop) {
    self.name = name
    self.stop = stop
  }
}
