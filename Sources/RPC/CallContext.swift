internal import HTTP2
internal import Synchronization

/// One call as its caller and its handler see it.
///
/// A caller makes one and, when the call has ended, finds the reply's metadata in it. A handler is
/// given one and puts the reply's metadata into it. Since both sides use the same type, a service
/// can be called in its own process exactly as over the wire.
public final class CallContext: Sendable {
  /// When the call must have been answered.
  public let deadline: Deadline
  private let givenPeer: String
  /// Server: who the caller has proved to be; nil unless the server asks for certificates.
  public let identity: PeerIdentity?
  /// Whether the call waits for a connection that cannot be made right now, up to its deadline,
  /// instead of failing at once. (gRPC wait-for-ready.md)
  public let waitsForReady: Bool
  /// Client: whether the request's messages are sent compressed, by gzip. (gRPC compression.md)
  public let compressesRequest: Bool
  /// Server: whether the caller takes compressed replies.
  public let acceptsGzip: Bool

  private let request: RequestMetadata
  private let reply = Mutex(Reply())

  private struct Reply {
    var initial = Metadata()
    var trailing = Metadata()
    var isCompressed = false
    var isRequestCompressed = false
    var peer: String?
  }

  /// Where the request's metadata comes from: most handlers never ask, so what came over the wire
  /// stays as it is until one does.
  enum RequestMetadata: Sendable {
    case given(Metadata)
    case received(HeaderBlock)
    /// Changed on the way in; the reply belongs to the context it was made of.
    case changed(Metadata, of: CallContext)
  }

  public init(
    deadline: Deadline = .never, metadata: Metadata = Metadata(), peer: String = "local",
    identity: PeerIdentity? = nil, waitsForReady: Bool = false, compressesRequest: Bool = false
  ) {
    self.identity = identity
    self.compressesRequest = compressesRequest
    acceptsGzip = false
    self.waitsForReady = waitsForReady
    self.deadline = deadline
    givenPeer = peer
    self.request = .given(metadata)
  }

  init(
    deadline: Deadline, request: RequestMetadata, peer: String, identity: PeerIdentity? = nil,
    acceptsGzip: Bool = false
  ) {
    self.identity = identity
    self.acceptsGzip = acceptsGzip
    compressesRequest = false
    waitsForReady = false
    self.deadline = deadline
    givenPeer = peer
    self.request = request
  }

  /// The same call, asked for in another way.
  init(of call: CallContext, deadline: Deadline, metadata: Metadata) {
    identity = call.identity
    acceptsGzip = call.acceptsGzip
    compressesRequest = call.compressesRequest
    waitsForReady = call.waitsForReady
    self.deadline = deadline
    givenPeer = call.givenPeer
    if case .changed(_, let first) = call.request {
      request = .changed(metadata, of: first)
    } else {
      request = .changed(metadata, of: call)
    }
  }

  /// Who is at the other end, for example `127.0.0.1:53412`; `local` without a connection. A client
  /// with interceptors puts the server here that took the call, or its last attempt.
  public var peer: String { withReply { $0.peer } ?? givenPeer }

  /// The call has gone to this server.
  public func reached(_ peer: String) { withReply { $0.peer = peer } }

  private func withReply<Value: Sendable>(_ body: (inout Reply) -> Value) -> Value {
    if case .changed(_, let first) = request { return first.reply.withLock { body(&$0) } }
    return reply.withLock { body(&$0) }
  }

  /// What the caller sent beside its message. Reading it on a server decodes it each time.
  public var metadata: Metadata {
    switch request {
    case .given(let metadata), .changed(let metadata, _): metadata
    case .received(let block): Metadata(received: block)
    }
  }

  /// Metadata of the reply that goes before its message.
  public var initialMetadata: Metadata {
    get { withReply { $0.initial } }
    set { withReply { $0.initial = newValue } }
  }

  /// Metadata of the reply that goes with its status.
  public var trailingMetadata: Metadata {
    get { withReply { $0.trailing } }
    set { withReply { $0.trailing = newValue } }
  }

  /// Server: asks for the reply's messages to be compressed, before the first is written. A caller
  /// that does not take gzip gets them as they are.
  public func compressReply() {
    if acceptsGzip { withReply { $0.isCompressed = true } }
  }

  /// Whether the reply's messages go compressed.
  public var isReplyCompressed: Bool { acceptsGzip && withReply { $0.isCompressed } }

  /// Server: whether the message of a unary request came compressed. For a stream of messages,
  /// `MessageStream.isLastCompressed` tells.
  public var isRequestCompressed: Bool { withReply { $0.isRequestCompressed } }

  func requestWasCompressed() { withReply { $0.isRequestCompressed = true } }

  /// Both at once, under one lock; nil when there is none, as in most calls.
  public var replyMetadata: (initial: Metadata, trailing: Metadata)? {
    withReply { reply in
      if reply.initial.isEmpty, reply.trailing.isEmpty { return nil }
      return (reply.initial, reply.trailing)
    }
  }

  /// The context of a call made inside this one: it ends no later than this one does.
  public func child(timeout: Duration? = nil, metadata: Metadata = Metadata()) -> CallContext {
    let own = timeout.map { Deadline.after($0) } ?? .never
    return CallContext(deadline: min(own, deadline), metadata: metadata)
  }

  /// The error of a call whose deadline has passed before anything was tried.
  public func checkDeadline() throws(RPCError) {
    if deadline.hasPassed { throw RPCError(.deadlineExceeded, "the deadline has passed") }
  }
}
