/// What rate an open loop is asked for, over time.
public enum RateProfile: Equatable, Sendable, CustomStringConvertible {
  case constant(LoadRate)
  /// Rises or falls in a straight line from the beginning to the end of the run.
  case ramp(from: LoadRate, to: LoadRate)
  /// One rate after the other, each for as long as `--step` says.
  case steps([LoadRate])

  /// More steps than anybody reads.
  public static let stepsMax = 100

  /// Reads `20k`, `1k:50k` or `10k,20k,30k`.
  public init(parsing text: String) throws(LoadError) {
    let refusal = LoadError(
      .invalidValue(
        value: text, expected: "a rate such as 20k, a ramp such as 1k:50k or steps 10k,20k,30k"))
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let steps = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    switch (ends.count, steps.count) {
    case (1, 1): self = .constant(try LoadRate(parsing: text))
    case (2, 1):
      self = .ramp(from: try LoadRate(parsing: ends[0]), to: try LoadRate(parsing: ends[1]))
    case (1, 2...Self.stepsMax):
      var rates: [LoadRate] = []
      for step in steps { rates.append(try LoadRate(parsing: step)) }
      self = .steps(rates)
    default: throw refusal
    }
  }

  /// The rates that hold one after the other; a ramp is one step.
  var stepCount: Int { if case .steps(let rates) = self { rates.count } else { 1 } }

  /// The rate at the beginning, which is also that of the warm-up.
  var first: LoadRate? {
    switch self {
    case .constant(let rate), .ramp(let rate, _): rate
    case .steps(let rates): rates.first
    }
  }

  public var description: String {
    switch self {
    case .constant(let rate): "\(rate)"
    case .ramp(let from, let to): "\(from):\(to)"
    case .steps(let rates): rates.map(\.description).joined(separator: ",")
    }
  }
}
