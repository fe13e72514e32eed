/// Where finished log lines go, each with its line break.
public protocol LogSink: Sendable {
  func write(_ line: [UInt8])
}
