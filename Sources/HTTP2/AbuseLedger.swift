/// A connection's account of frames that cost work and bring none. (declared first; filled next)
public struct AbuseLedger: Sendable {
  public enum Rule: String, Sendable, CaseIterable {
    case instantReset = "instant reset"
    case peerError = "peer error"
    case emptyFrame = "empty frame"
    case ignoredFrame = "ignored frame"
    case control = "control"
    case ping = "ping"
    case windowUpdate = "window update"
  }

  public struct Limits: Sendable, Equatable {
    public init() {}
  }
}
