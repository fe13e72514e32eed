/// How a request ended without an answer: what became of its stream or connection.
public enum TransportCause: String, CaseIterable, Hashable, Sendable {
  /// The stream was refused before it was looked at, or no connection could be made.
  case refused
  /// The peer reset the stream.
  case reset
  /// The peer is going away, and the stream was above the last one it serves.
  case goaway
  /// The connection ended.
  case closed
}
