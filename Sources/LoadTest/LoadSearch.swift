public import Logging

/// A search for the highest rate at which the servers keep the gates of a configuration: a run for
/// each step, all alike but for the rate.
public struct LoadSearch: Sendable {
  public struct Step: Sendable {
    public let rate: LoadRate
    public let isConfirmation: Bool
    public let result: RunResult
    let verdict: RateSearch.Verdict

    /// As it is printed when it is over.
    public var text: String {
      let latency = result.summary.latency
      let word =
        switch verdict {
        case .pass: "holds"
        case .fail: "fails"
        case .limited: "NOT CERTIFIED"
        }
      let broken = result.gates.filter { !$0.passed }.map {
        "\($0.gate), measured \($0.measuredText)"
      }
      let reasons = verdict == .limited ? result.selfCheck.reasons : broken
      return Columns.right("\(rate)/s", 14)
        + Columns.right("p50 \(Columns.time(latency.value(at: .median)))", 16)
        + Columns.right("p99 \(Columns.time(latency.value(at: .p99)))", 16)
        + Columns.right("errors \(Columns.percent(result.summary.errorRate))", 18)
        + "  \(word)" + (isConfirmation ? " (confirming)" : "")
        + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
    }
  }

  public struct Outcome: Sendable {
    public let configuration: RunConfiguration
    public let steps: [Step]
    let answer: RateSearch.Answer?
    public let interruption: Int32?

    public var exitCode: Int32 {
      if let interruption { return 128 + interruption }
      return switch answer {
      case .highest: 0
      case .atLeast: 4
      case .some(.none), nil: 3
      }
    }

    /// The last line: the rate alone where there is one, so that a script can take it.
    public var text: String {
      switch answer {
      case .highest(let rate): "\(rate)"
      case .atLeast(let rate?): "at least \(rate) (the generator was the limit)"
      case .atLeast(nil): "at least 0 (the generator was the limit)"
      case .some(.none): "none: even the lowest rate breaks a promise"
      case nil: "none: interrupted"
      }
    }
  }

  /// Where a search looks, and how long.
  public struct Range: Equatable, Sendable {
    public var lowest: LoadRate
    public var highest: LoadRate
    public var precision: LoadShare
    public var stepLength: LoadDuration

    public init(
      lowest: LoadRate, highest: LoadRate, precision: LoadShare, stepLength: LoadDuration
    ) {
      self.lowest = lowest
      self.highest = highest
      self.precision = precision
      self.stepLength = stepLength
    }

    public static let precisionDefault = LoadShare(percent: 2)
    public static let stepLengthDefault = LoadDuration.seconds(10)
  }

  /// A rate that held for one step may have been lucky.
  static let confirmationLength: UInt64 = 3

  private let configuration: RunConfiguration
  private let range: Range
  private let arrivals: RunConfiguration.Arrivals
  /// Makes one run; tests put a model of a server here.
  typealias Trial = @Sendable (RunConfiguration, RunControl) async throws(LoadError) -> RunResult
  private let trial: Trial

  public init(
    _ configuration: RunConfiguration, over range: Range, arrivals: RunConfiguration.Arrivals,
    logger: Logger
  ) throws(LoadError) {
    try self.init(configuration, over: range, arrivals: arrivals) {
      (step, control) throws(LoadError) -> RunResult in
      try await LoadRun(step, logger: logger).run(control: control) { _ in }
    }
  }

  init(
    _ configuration: RunConfiguration, over range: Range, arrivals: RunConfiguration.Arrivals,
    trial: @escaping Trial
  ) throws(LoadError) {
    guard !configuration.gates.isEmpty else {
      throw LoadError(.contradiction("a search needs --slo or --max-error-rate to keep"))
    }
    guard range.lowest.perThousandSeconds <= range.highest.perThousandSeconds else {
      throw LoadError(
        .contradiction("--min \(range.lowest) is above --max \(range.highest)"))
    }
    guard range.precision.value > 0 else {
      throw LoadError(.contradiction("--precision \(range.precision) is not above 0"))
    }
    self.configuration = configuration
    self.range = range
    self.arrivals = arrivals
    self.trial = trial
    try step(.init(rate: range.lowest)).validate()
  }

  private func step(_ step: RateSearch.Step) -> RunConfiguration {
    var configuration = configuration
    configuration.load = .open(.constant(step.rate), arrivals)
    let factor = step.isConfirmation ? Self.confirmationLength : 1
    configuration.ending = .duration(
      LoadDuration(nanoseconds: range.stepLength.nanoseconds * factor))
    // A step that has failed tells nothing more by going on.
    configuration.abortsOnBreach = true
    return configuration
  }

  /// Tries rates until one is the answer.
  /// - Parameter progress: gets each step when it is over.
  public func run(
    control: RunControl, progress: @Sendable (Step) -> Void
  ) async throws(LoadError) -> Outcome {
    var search = RateSearch(
      from: range.lowest, to: range.highest, precision: range.precision)
    var steps: [Step] = []
    while let next = search.next, control.interruption == nil {
      let result = try await trial(step(next), RunControl(under: control))
      if control.interruption != nil { break }
      let step = Step(
        rate: next.rate, isConfirmation: next.isConfirmation, result: result,
        verdict: Self.verdict(result))
      steps.append(step)
      progress(step)
      search.take(step.verdict)
    }
    return Outcome(
      configuration: configuration, steps: steps, answer: search.answer,
      interruption: control.interruption)
  }

  /// A run in which the generator was late does not prove that promises were broken, since its lag
  /// is in the latency from the schedule. Those that are kept in spite of it are kept, as long as
  /// the rate was there; and what is too late even from its sending is the server's doing.
  static func verdict(_ result: RunResult) -> RateSearch.Verdict {
    let isKept = result.gates.allSatisfy(\.passed) && result.breach == nil
    if isKept, result.selfCheck.isOffered { return .pass }
    if !isKept, !result.selfCheck.isSaturated, isLateFromSend(result) { return .fail }
    if result.breach != nil, result.selfCheck.isPunctual { return .fail }
    guard result.selfCheck.isCertified else { return .limited }
    return isKept ? .pass : .fail
  }

  private static func isLateFromSend(_ result: RunResult) -> Bool {
    result.gates.contains { kept in
      guard !kept.passed, case .latency(let figure, let limit, var scope) = kept.gate else {
        return false
      }
      scope.isFromSend = true
      let fromSend = GateResult(.latency(figure, atMost: limit, of: scope), result.summary)
      return fromSend.measured != nil && !fromSend.passed
    }
  }
}
