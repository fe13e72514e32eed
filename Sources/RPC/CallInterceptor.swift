/// Stands around every call of a server or of a client, whatever the kind of its method: sees its
/// context on the way in and its outcome on the way out.
///
///         client                                    server
///         caller                                    headers
///           │  ▲                                       │
///     ┌─────▼──┴─────┐ first                    AdmissionCheck ──refused──▶
///     │ ┌───▼──┴───┐ │ second                      │ request complete, or a stream
///     │ │ attempts │ │                        ┌────▼──┴─────┐ first
///     │ └───┬──▲───┘ │                        │ ┌──▼──┴───┐ │ second
///     └─────┼──┼─────┘                        │ │ handler │ │
///           ▼  │                              │ └─────────┘ │
///         connection                          └─────────────┘
///
/// Interceptors run in the order in which they were given and unwind in reverse. On a client they
/// surround all attempts of a call, on a server the handler of a method that is registered: a path
/// nobody registered, and a call that ended before its handler began, never come here.
///
/// A method whose server or client has none runs as if there were no such thing.
public protocol CallInterceptor: Sendable {
  /// Runs one call. What `proceed` returns can be passed on and cannot be made up, so a call ends
  /// with its own answer or with an error.
  ///
  /// - Parameters:
  ///   - call: Deadline, metadata and peer. The reply's metadata stands in it when `proceed` has
  ///     ended, be it by an error.
  ///   - path: `/service/method`, one that is registered.
  ///   - proceed: What is further inside; to be run at most once, with `call` or with a context
  ///     that `limited(to:)` or `adding(_:)` made of it. Not to run it ends the call here.
  /// - Throws: How the call ends, where that is not as `proceed` threw it.
  func intercept<Result>(
    _ call: CallContext, to path: String,
    _ proceed: (CallContext) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result
}
