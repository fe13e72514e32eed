internal import Synchronization

/// Stops a run from outside, from a signal for example. The run then sends nothing more, waits a
/// second for answers and reports what it has.
public final class RunControl: Sendable {
  private let signal = Atomic<Int32>(0)
  private let aborted = Atomic<Bool>(false)

  /// Whoever is interrupted interrupts those under it.
  private let parent: RunControl?

  public init(under parent: RunControl? = nil) {
    self.parent = parent
  }

  /// - Parameter number: the signal, which decides the exit code; the first one stands.
  public func interrupt(signal number: Int32) {
    _ = signal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
  }

  /// Ends the run early without an interruption: what was measured is judged as it is.
  public func abort() { aborted.store(true, ordering: .relaxed) }

  public var isAborted: Bool { aborted.load(ordering: .relaxed) }

  /// Nothing more is to be sent, whatever the reason.
  var isStopped: Bool { isAborted || interruption != nil }

  /// The signal that interrupted the run, if one did.
  public var interruption: Int32? {
    let number = signal.load(ordering: .relaxed)
    return number == 0 ? parent?.interruption : number
  }
}
