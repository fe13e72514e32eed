public import Synchronization

/// Collects the answers to the items of one call and wakes the caller with the last of them.
@usableFromInline final class Gathering<Answer: Sendable>: Sendable {
  @usableFromInline struct Shared {
    @usableFromInline var answers: [Answer?]
    @usableFromInline var missing: Int
    @usableFromInline var caller: CheckedContinuation<[Answer], Never>?

    @inlinable init(count: Int) {
      answers = Array(repeating: nil, count: count)
      missing = count
    }
  }

  @usableFromInline let shared: Mutex<Shared>

  @inlinable init(count: Int) { shared = Mutex(Shared(count: count)) }

  @inlinable func begin(_ caller: CheckedContinuation<[Answer], Never>) {
    shared.withLock { $0.caller = caller }
  }

  /// The first answer to an item counts; a second one is dropped.
  @inlinable func put(_ answer: Answer, at index: Int) {
    let complete: (CheckedContinuation<[Answer], Never>, [Answer])? = shared.withLock { shared in
      guard shared.answers[index] == nil else { return nil }
      shared.answers[index] = answer
      shared.missing -= 1
      guard shared.missing == 0, let caller = shared.caller else { return nil }
      shared.caller = nil
      return (caller, shared.answers.compactMap { $0 })
    }
    complete?.0.resume(returning: complete?.1 ?? [])
  }
}
