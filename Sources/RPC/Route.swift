public import Wire

/// What a handler made of a request: the reply as it goes over the wire, or why there is none.
public enum Reply: Sendable {
  /// Envelope and message in one array.
  case message([UInt8])
  /// The handler of a stream has written all there is.
  case end
  case failure(RPCError)
}

/// One method of a router, its message types erased.
public final class Route: Sendable {
  /// Reads a request and answers what is to be run for it. That calls `reply` exactly once, on the
  /// executor it runs on.
  @usableFromInline typealias Begin =
    @Sendable (
      _ message: RawSpan, _ call: CallContext, _ limits: WireLimits,
      _ reply: ReplyPlace
    ) throws(WireError) -> PreparedHandler

  /// Runs a handler that takes and gives streams. It begins before `begin` returns and runs on
  /// until it suspends for the first time.
  typealias BeginStreaming =
    @Sendable (
      _ streams: MessageStreams, _ call: CallContext, _ tasks: HandlerTasks,
      _ limits: WireLimits, _ reply: ReplyPlace
    ) -> HandlerTask

  private enum Handler: Sendable {
    case unary(Begin)
    case streaming(BeginStreaming)
  }

  /// `/service/method`.
  public let path: String
  let pathBytes: [UInt8]
  private let handler: Handler
  /// Makes the same route with interceptors around its handler, whose types only it knows.
  private let within: Within
  private let checks: [any AdmissionCheck]

  @usableFromInline typealias Within = @Sendable (InterceptorChain) -> Route

  @usableFromInline init(path: String, within: @escaping Within, begin: @escaping Begin) {
    self.path = path
    pathBytes = Array(path.utf8)
    self.within = within
    checks = []
    handler = .unary(begin)
  }

  init(path: String, within: @escaping Within, beginStreaming: @escaping BeginStreaming) {
    self.path = path
    pathBytes = Array(path.utf8)
    self.within = within
    checks = []
    handler = .streaming(beginStreaming)
  }

  private init(_ route: Route, checks: [any AdmissionCheck]) {
    path = route.path
    pathBytes = route.pathBytes
    within = route.within
    self.checks = checks
    handler = route.handler
  }

  /// The same method behind `checks` and inside `chain`, both outside of those it has.
  func guarded(by checks: [any AdmissionCheck], within chain: InterceptorChain?) -> Route {
    Route(chain.map(within) ?? self, checks: checks + self.checks)
  }

  /// Asks the checks, in their order, whether a call may go on.
  public func admit(_ call: CallContext) throws(RPCError) {
    for check in checks { try check.admit(call, to: path) }
  }

  /// Whether the handler begins before the request is complete.
  public var isStreaming: Bool {
    if case .streaming = handler { true } else { false }
  }

  /// What is to be run for the request in `message`. Throws what is wrong with its bytes. Nil for a
  /// streaming method.
  func begin(
    _ message: RawSpan, _ call: CallContext, limits: WireLimits,
    reply: ReplyPlace
  ) throws(WireError) -> PreparedHandler? {
    guard case .unary(let begin) = handler else { return nil }
    return try begin(message, call, limits, reply)
  }

  /// Starts the handler of a streaming method; nil for a unary one.
  func begin(
    _ streams: MessageStreams, _ call: CallContext, in tasks: HandlerTasks,
    limits: WireLimits, reply: ReplyPlace
  ) -> HandlerTask? {
    guard case .streaming(let begin) = handler else { return nil }
    return begin(streams, call, tasks, limits, reply)
  }
}

extension Route {
  /// Inlinable, because what is compiled for its own kinds of message neither boxes them nor puts a
  /// frame of its own around each handler.
  @inlinable static func unary<Request: WireMessage, Response: WireMessage>(
    _ path: String,
    _ handler: @escaping @Sendable (Request, CallContext) async throws(RPCError) -> Response
  ) -> Route {
    let within: Within = { chain in
      .unary(path) { (request: Request, call) throws(RPCError) -> Response in
        try await chain.run(call, to: path) { call throws(RPCError) in
          try await handler(request, call)
        }
      }
    }
    return Route(path: path, within: within) {
      (message, call, limits, reply) throws(WireError) in
      let request = try Request(wireSpan: message, limits: limits)
      return PreparedHandler {
        do throws(RPCError) {
          let response = try await handler(request, call)
          var writer = WireWriter(reserving: Envelope.byteCount)
          response.write(to: &writer)
          var bytes = writer.finish()
          if call.isReplyCompressed {
            Envelope.sealCompressed(&bytes)
          } else {
            Envelope.seal(&bytes)
          }
          reply(.message(bytes))
        } catch {
          reply(.failure(error))
        }
      }
    }
  }
}

extension RPCError {
  /// The one place where bytes that do not decode become a status.
  public init(_ error: WireError, reading what: String) {
    switch error.reason {
    case .elementsOverLimit(let limit):
      self.init(
        .resourceExhausted, "\(what) has too many elements; wireElementsMax is \(limit)")
    case .depthOverLimit(let limit):
      self.init(
        .internalError,
        "\(what) is nested too deeply at byte \(error.offset); wireDepthMax is \(limit)")
    default:
      self.init(.internalError, "\(what) does not decode at byte \(error.offset): \(error.reason)")
    }
  }
}
