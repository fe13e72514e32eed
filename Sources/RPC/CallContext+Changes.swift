/// Contexts of the same call, for what is further inside: they differ in what was asked, and what
/// is answered into one stands in all.
extension CallContext {
  /// The same call, to be answered by `deadline` if that is earlier than its own. On a server this
  /// tells the handler; the stream still ends at the deadline that the caller named.
  public func limited(to deadline: Deadline) -> CallContext {
    CallContext(of: self, deadline: min(self.deadline, deadline), metadata: metadata)
  }

  /// The same call with more metadata behind what its caller sends.
  public func adding(_ more: Metadata) -> CallContext {
    var all = metadata
    all.append(more)
    return CallContext(of: self, deadline: deadline, metadata: all)
  }
}
