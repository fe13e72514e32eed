internal import NIOCore
internal import RPC

/// A call of a server's connection, and the timer of its deadline.
struct RunningCall {
  var state: ServerCall
  var timer: Scheduled<Void>?

  init(_ state: ServerCall) { self.state = state }
}
