/// Why the edge does not serve.
public struct EdgeError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The address could not be bound: it is in use, not ours, or not allowed.
    case cannotListen(host: String, port: Int, cause: String)
    /// `start` was called a second time.
    case alreadyStarted
  }

  public let reason: Reason

  public var description: String {
    switch reason {
    case .cannotListen(let host, let port, let cause): "cannot listen on \(host):\(port): \(cause)"
    case .alreadyStarted: "the edge was started before"
    }
  }
}
