public import HTTP2
public import Wire

/// One call on a server, from its header block to its end.
///
///     receiving ──end of stream, one message──▶ running ──reply──▶ replied
///         │                                        │                  │
///         └── bad framing, too large ──▶ replied   └─ reset, lost ─▶ abandoned
///
/// A streaming call is running from its header block on, and receives while it runs.
///
/// A slot of `concurrentStreamsMax` is free again when the stream is closed and the handler has
/// returned, whichever comes last: a peer that resets what it asked for still pays for it.
/// (CVE-2023-44487)
public struct ServerCall: Sendable {
  public enum Phase: Equatable, Sendable {
    case receiving
    case running
    case replied
    /// The stream is gone; what the handler answers reaches nobody.
    case abandoned
  }

  public private(set) var phase = Phase.receiving
  public let route: Route
  public let context: CallContext
  /// When the call's headers were read, for its observer.
  public let startedNanoseconds: UInt64
  /// Where the handler runs, once it has been seen to wait for something; cancelled when nobody
  /// waits for its answer any more.
  public var task: HandlerTask?
  /// Both directions of a streaming call; nil for a unary one.
  public var streams: MessageStreams?

  private var reader: EnvelopeReader
  private var message: Range<Int>?
  private var isHandlerRunning = false
  private var isStreamClosed = false

  /// Bytes of the request that have come so far.
  public var receivedBytes: Int { reader.receivedBytes }

  /// Whether the request is under way and stands inside a message, or before the only one.
  public var isMessageBegun: Bool { phase != .replied && reader.isInsideMessage }

  public init(
    _ head: consuming RequestHead, _ block: HeaderBlock, peer: String,
    identity: PeerIdentity? = nil,
    receiveMessageBytesMax: Int, nowNanoseconds: UInt64
  ) {
    route = head.route
    startedNanoseconds = nowNanoseconds
    reader = EnvelopeReader(
      limit: receiveMessageBytesMax, isCompressionNamed: head.isCompressed)
    context = CallContext(
      deadline: head.deadline,
      request: head.hasMetadata ? .received(block) : .given(Metadata()),
      peer: peer, identity: identity, acceptsGzip: head.acceptsGzip)
  }

  /// Takes bytes of the request. A fault found here ends the call before its stream does.
  /// - Returns: how many bytes of the stream's window to give back now.
  public mutating func receive(_ bytes: RawSpan) throws(RPCError) -> Int {
    guard phase == .receiving || phase == .running && streams != nil else {
      return bytes.byteCount
    }
    reader.append(bytes)
    do {
      while let range = try reader.next() {
        if let streams {
          streams.inbox.add(
            Array(reader.buffer[range]), isCompressed: reader.isMessageCompressed)
          continue
        }
        guard message == nil else {
          throw RPCError(.unimplemented, "a unary request has one message; this one has more")
        }
        message = range
        if reader.isMessageCompressed { context.requestWasCompressed() }
      }
      return streams?.inbox.received(bytes.byteCount) ?? bytes.byteCount
    } catch let error as RPCError {
      throw error
    } catch let error as EnvelopeError {
      throw RPCError(error)
    } catch {
      throw RPCError(.internalError, "the request could not be read")
    }
  }

  /// The request is complete: answers what is to be run for it, or says what it lacks. Nil when the
  /// call waits for no request any more.
  public mutating func begin(
    limits: WireLimits, reply: ReplyPlace
  ) throws(RPCError) -> PreparedHandler? {
    guard phase == .receiving else { return nil }
    do throws(EnvelopeError) { try reader.finish() } catch { throw RPCError(error) }
    guard let message else {
      throw RPCError(.unimplemented, "a unary request has one message; this one has none")
    }
    handlerStarted()
    do throws(WireError) {
      return try route.begin(reader.bytes(of: message), context, limits: limits, reply: reply)
    } catch {
      throw refused(error)
    }
  }

  /// The same for a request that came in one piece: it is read where it lies, and no byte of it is
  /// kept.
  /// - Returns: nil when `bytes` are not the whole of a request, or are to be inflated; they are to
  ///   be received then as others are.
  public mutating func begin(
    whole bytes: RawSpan, limits: WireLimits, reply: ReplyPlace
  ) throws(RPCError) -> PreparedHandler? {
    guard phase == .receiving, streams == nil, let message = reader.only(in: bytes) else {
      return nil
    }
    handlerStarted()
    do throws(WireError) {
      return try route.begin(bytes.extracting(message), context, limits: limits, reply: reply)
    } catch {
      throw refused(error)
    }
  }

  /// No handler began, because the request does not decode.
  private mutating func refused(_ error: WireError) -> RPCError {
    isHandlerRunning = false
    phase = .receiving
    return RPCError(error, reading: "the request")
  }

  mutating func handlerStarted() {
    phase = .running
    isHandlerRunning = true
  }

  /// The request's bytes have ended: between two messages, unless this throws.
  func finishReading() throws(EnvelopeError) { try reader.finish() }

  /// Whether an answer may still be sent. Once it was, or the stream is gone, it may not.
  public mutating func takeReply() -> Bool {
    guard phase == .receiving || phase == .running else { return false }
    phase = .replied
    return true
  }

  /// The handler has returned.
  /// - Returns: whether the call's slot is free.
  public mutating func handlerReturned() -> Bool {
    isHandlerRunning = false
    task = nil
    return isStreamClosed
  }

  /// The stream is gone.
  /// - Returns: whether the call's slot is free, and whether it ended without an answer.
  public mutating func streamClosed() -> (isFree: Bool, isAbandoned: Bool) {
    isStreamClosed = true
    let isAbandoned = phase != .replied
    if isAbandoned {
      phase = .abandoned
      task?.cancel()
    }
    streams?.end(RPCError(.cancelled, "the call has ended"))
    return (!isHandlerRunning, isAbandoned)
  }
}
