internal import RPC

/// A call of a server's connection, and the timer of its deadline.
struct RunningCall {
  var state: ServerCall
  var timer: LoopTimers.Token?
  var stall = StallWatch()

  init(_ state: ServerCall) { self.state = state }
}
