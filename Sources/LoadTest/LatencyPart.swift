/// What the latency from the schedule is made of.
public enum LatencyPart: Int, CaseIterable, Sendable {
  case scheduleLag
  case streamWait
  case flowControl
  case firstByte
  case reply

  public var title: String {
    switch self {
    case .scheduleLag: "schedule lag"
    case .streamWait: "wait for a stream"
    case .flowControl: "flow control"
    case .firstByte: "time to first byte"
    case .reply: "first byte to end"
    }
  }

  /// Its name in files.
  public var key: String {
    switch self {
    case .scheduleLag: "schedule_lag"
    case .streamWait: "stream_wait"
    case .flowControl: "flow_control"
    case .firstByte: "first_byte"
    case .reply: "reply"
    }
  }
}
