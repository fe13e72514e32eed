/// Finds the highest rate that keeps its promises, one step at a time.
///
///     doubling ──fails──▶ halving ──gap within precision──▶ confirming ──holds──▶ found
///        │                   ▲                                  │
///        └──max holds──▶ confirming                 fails: the search goes on below
///
/// It decides which rate is tried next and knows nothing of how a rate is tried.
struct RateSearch: Equatable, Sendable {
  enum Verdict: String, Equatable, Sendable {
    case pass
    case fail
    /// The generator was the limit, so the server may have been able to do more.
    case limited
  }

  struct Step: Equatable, Sendable {
    var rate: LoadRate
    /// The answer is tried once more, for longer.
    var isConfirmation = false
  }

  enum Answer: Equatable, Sendable {
    case highest(LoadRate)
    /// The generator could do no more; nil when it could not even do the lowest rate.
    case atLeast(LoadRate?)
    /// Even the lowest rate breaks a promise.
    case none
  }

  let lowest: UInt64
  let highest: UInt64
  private let precision: Double
  /// Rates that held, in rising order, in thousandths as all rates here.
  private var held: [UInt64] = []
  /// The lowest that did not.
  private var failed: UInt64?
  private(set) var answer: Answer?
  private(set) var next: Step?
  /// A step that the generator could not do is tried once more: a machine has its moments.
  private var hasRepeated = false

  init(from lowest: LoadRate, to highest: LoadRate, precision: LoadShare) {
    self.lowest = lowest.perThousandSeconds
    self.highest = highest.perThousandSeconds
    self.precision = precision.value
    next = Step(rate: lowest)
  }

  /// What became of `next`.
  mutating func take(_ verdict: Verdict) {
    guard let step = next else { return }
    let rate = step.rate.perThousandSeconds
    if verdict == .limited {
      guard hasRepeated else {
        hasRepeated = true
        return
      }
      return finish(.atLeast(held.last.map { LoadRate(perThousandSeconds: $0) }))
    }
    hasRepeated = false
    switch (verdict, step.isConfirmation) {
    case (.pass, true): return finish(.highest(step.rate))
    case (.pass, false): held.append(rate)
    case (_, true):
      held.removeLast()
      failed = rate
    case (_, false): failed = rate
    }
    goOn()
  }

  private mutating func goOn() {
    guard let low = held.last else { return finish(.none) }
    guard let high = failed else {
      if low >= highest { return confirm(low) }
      return tryRate(low > highest / 2 ? highest : low * 2)
    }
    // A rate in whole thousandths has no middle between neighbours.
    let gap = high - low
    if Double(gap) <= precision * Double(low) || gap < 2 { return confirm(low) }
    tryRate(low + gap / 2)
  }

  private mutating func tryRate(_ rate: UInt64) {
    next = Step(rate: LoadRate(perThousandSeconds: rate))
  }

  private mutating func confirm(_ rate: UInt64) {
    next = Step(rate: LoadRate(perThousandSeconds: rate), isConfirmation: true)
  }

  private mutating func finish(_ answer: Answer) {
    self.answer = answer
    next = nil
  }
}
