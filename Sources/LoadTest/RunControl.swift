internal import Synchronization

/// Stops a run from outside, from a signal for example. The run then sends nothing more, waits a
/// second for answers and reports what it has.
public final class RunControl: Sendable {
  private let signal = Atomic<Int32>(0)

  public init() {}

  /// - Parameter number: the signal, which decides the exit code; the first one stands.
  public func interrupt(signal number: Int32) {
    _ = signal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
  }

  /// The signal that interrupted the run, if one did.
  public var interruption: Int32? {
    let number = signal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
