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
  /// Who is at the other end, for example `127.0.0.1:53412`; `local` without a connection.
  public let peer: String
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
  }

  /// Where the request's metadata comes from: most handlers never ask, so what came over the wire
  /// stays as it is until one does.
  enum RequestMetadata: Sendable {
    case given(Metadata)
    case received(HeaderBlock)
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
    self.peer = peer
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
    self.peer = peer
    self.request = request
  }

  /// What the caller sent beside its message. Reading it on a server decodes it each time.
  public var metadata: Metadata {
    switch request {
    case .given(let metadata): metadata
    case .received(let block): Metadata(received: block)
    }
  }

  /// Metadata of the reply that goes before its message.
  public var initialMetadata: Metadata {
    get { reply.withLock { $0.initial } }
    set { reply.withLock { $0.initial = newValue } }
  }

  /// Metadata of the reply that goes with its status.
  public var trailingMetadata: Metadata {
    get { reply.withLock { $0.trailing } }
    set { reply.withLock { $0.trailing = newValue } }
  }

  /// Server: asks for the reply's messages to be compressed, before the first is written. A caller
  /// that does not take gzip gets them as they are.
  public func compressReply() {
    if acceptsGzip { reply.withLock { $0.isCompressed = true } }
  }

  /// Whether the reply's messages go compressed.
  public var isReplyCompressed: Bool { acceptsGzip && reply.withLock { $0.isCompressed } }

  /// Both at once, under one lock.
  public var replyMetadata: (initial: Metadata, trailing: Metadata) {
    reply.withLock { ($0.initial, $0.trailing) }
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
