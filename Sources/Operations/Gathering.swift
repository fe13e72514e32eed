public import Synchronization

/// Collects the answers to the items of one call and wakes the caller with the last of them.
@usableFromInline final class Gathering<Answer: Sendable>: Sendable {
  @usableFromInline struct Shared {
    @usableFromInline var answers: [Answer?]
    @usableFromInline var missing: Int
    /// Not the continuation itself: see `Flusher.Place`.
    @usableFromInline var tell: (@Sendable ([Answer]) -> Void)?

    @inlinable init(count: Int) {
      answers = Array(repeating: nil, count: count)
      missing = count
    }
  }

  @usableFromInline let shared: Mutex<Shared>

  @inlinable init(count: Int) { shared = Mutex(Shared(count: count)) }

  /// - Parameter tell: is called once, with all answers in order.
  @inlinable func begin(_ tell: @escaping @Sendable ([Answer]) -> Void) {
    shared.withLock { $0.tell = tell }
  }

  /// The first answer to an item counts; a second one is dropped.
  @inlinable func put(_ answer: Answer, at index: Int) {
    let complete = shared.withLock { shared -> (tell: @Sendable ([Answer]) -> Void, [Answer])? in
      guard shared.answers[index] == nil else { return nil }
      shared.answers[index] = answer
      shared.missing -= 1
      guard shared.missing == 0, let tell = shared.tell else { return nil }
      shared.tell = nil
      return (tell, shared.answers.compactMap { $0 })
    }
    if let (tell, answers) = complete { tell(answers) }
  }
}
