/// What a run found, with all that is needed to know which run it was.
public struct RunResult: Equatable, Sendable {
  public let configuration: RunConfiguration
  public let summary: Summary
  public let steps: [StepLine]
  /// Empty when the run was interrupted: half a run proves nothing.
  public let gates: [GateResult]
  public let selfCheck: SelfCheck
  /// The signal that ended the run early, if one did.
  public let interruption: Int32?
  /// The gate that ended it early.
  public var breach: Gate?
  /// UTC, as RFC 3339 has it.
  public let startTime: String
  public let connectionsOpened: Int
  /// From the first connection begun to the last one ready.
  public let connectNanoseconds: UInt64
  public let host: HostFacts
  /// Lines of the interval log.
  var log: [String] = []
  /// When the load began, after stock and connections were ready: what the log counts from.
  var startSeconds = 0.0
  public var verification = Verification.notAsked
  public var edgeCost = EdgeCost.notAsked

  /// 128 plus the signal when interrupted; else 5 when the books hold a violation, 69 when they
  /// could not be read, 4 when a gate was asked for and the generator was the limit, 3 when a gate
  /// did not pass, 0.
  public var exitCode: Int32 {
    if let interruption { return 128 + interruption }
    switch verification {
    case .done(let report) where !report.isClean: return 5
    case .impossible: return 69
    case .done, .notAsked: break
    }
    if !gates.isEmpty, !selfCheck.isCertified { return 4 }
    return gates.allSatisfy(\.passed) ? 0 : 3
  }

  /// The interval log as a file.
  public var intervalLog: String {
    IntervalLog.text(log, startSeconds: startSeconds)
  }

  /// The intervals as comma-separated values.
  public var intervalTable: String { IntervalTable(intervals: summary.intervals).text }
}
