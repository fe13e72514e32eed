import Contracts
import Operations
import RPC

/// The shell of `FlusherState` in a simulated process. What is handed over has no deadline of the
/// real clock; whoever stops waiting says so.
final class SimBatcher<Item: Batchable, Outcome> {
  typealias Heard = (Outcome) -> Void
  typealias Write = ([Item], @escaping ([Outcome]) -> Void) -> Void

  private var state: FlusherState<Item, Int>
  private var waiting: [Int: Heard] = [:]
  private var next = 0
  private let write: Write

  init(caps: BatchCaps, write: @escaping Write) {
    state = FlusherState(caps: caps, waitingMax: 10_000)
    self.write = write
  }

  /// - Returns: what `forget` takes; nil when it is refused, of which nobody hears.
  func submit(_ item: Item, _ heard: @escaping Heard) -> UInt64? {
    next += 1
    waiting[next] = heard
    switch state.submit([(item, next)], deadline: .never, now: .after(.zero)) {
    case .refused: return nil
    case .accepted(let ticket, let start, _):
      if start { run() }
      return ticket
    }
  }

  /// What waits leaves no trace; what is on its way goes on.
  func forget(_ ticket: UInt64) {
    if let waiter = state.cancel(ticket) { waiting[waiter] = nil }
  }

  private func run() {
    guard let batch = state.nextBatch(now: .after(.zero)).batch else { return }
    write(batch) { [self] outcomes in
      let heard = zip(state.finish(), outcomes).compactMap { place, outcome in
        place.flatMap { waiting.removeValue(forKey: $0) }.map { (heard: $0, outcome: outcome) }
      }
      for (heard, outcome) in heard { heard(outcome) }
      run()
    }
  }
}
