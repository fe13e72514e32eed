internal import HTTP2
internal import Synchronization

/// What one connection counts. Its event loop alone writes, and only now and then: at the end of
/// what it did in one turn. Anybody may read, so these are atomics, but none is ever added to.
final class ConnectionTally: Sendable {
  let openStreams = Atomic(0)
  let runningHandlers = Atomic(0)
  let bytesReceived = Atomic<UInt64>(0)
  let bytesSent = Atomic<UInt64>(0)
  /// Whole tokens left by rule, in the order of `AbuseLedger.Rule.allCases`.
  private let tokens: InlineArray<7, Atomic<UInt64>>

  init(_ limits: AbuseLedger.Limits, now: UInt64) {
    let ledger = AbuseLedger(limits: limits, now: now)
    tokens = InlineArray { index in Atomic(ledger.tokens(of: AbuseLedger.Rule.allCases[index])) }
  }

  func post(_ ledger: AbuseLedger) {
    for index in 0..<7 {
      let left = ledger.tokens(of: AbuseLedger.Rule.allCases[index])
      tokens[index].store(left, ordering: .relaxed)
    }
  }

  func tokens(at index: Int) -> UInt64 { tokens[index].load(ordering: .relaxed) }
}
