internal import RPC

/// What goes with every request of a run besides its message.
struct RequestContext: Sendable {
  var metadata: Metadata
  var timeout: LoadDuration?

  /// A context for one call, its time beginning now.
  func begin() -> CallContext {
    let deadline = timeout.map { Deadline.after(.nanoseconds($0.nanoseconds)) }
    return CallContext(deadline: deadline ?? .never, metadata: metadata)
  }
}
