/// Judges a call on a server by its header block alone, before a byte of its body is kept or a
/// handler is made.
public protocol AdmissionCheck: Sendable {
  /// Returns to let the call go on. It is asked on the connection's event loop and must not block.
  ///
  /// - Parameters:
  ///   - call: Deadline, metadata and peer; there is no reply yet to which metadata could be added.
  ///   - path: `/service/method`, one that is registered.
  /// - Throws: What the call ends with.
  func admit(_ call: CallContext, to path: String) throws(RPCError)
}
