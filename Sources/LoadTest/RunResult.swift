/// What a run found, with all that is needed to know which run it was.
public struct RunResult: Equatable, Sendable {
  public let configuration: RunConfiguration
  public let summary: Summary
  /// Empty when the run was interrupted: half a run proves nothing.
  public let gates: [GateResult]
  /// The signal that ended the run early, if one did.
  public let interruption: Int32?
  /// UTC, as RFC 3339 has it.
  public let startTime: String
  public let connectionsOpened: Int
  /// From the first connection begun to the last one ready.
  public let connectNanoseconds: UInt64
  public let host: HostFacts

  /// 0 all gates passed, 3 one did not, 128 plus the signal when interrupted.
  public var exitCode: Int32 {
    if let interruption { return 128 + interruption }
    return gates.allSatisfy(\.passed) ? 0 : 3
  }
}
