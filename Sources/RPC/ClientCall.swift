public import HTTP2
internal import Wire

/// One call on a client, from its first reply bytes to the outcome.
///
///     waiting ──headers──▶ open ──trailers, or end──▶ done
///        │                   │
///        └── Trailers-Only, reset, connection lost, deadline, cancellation ──▶ done
///
/// A call ends once; whatever comes for its stream afterwards changes nothing.
public struct ClientCall: Sendable {
  private var reader: EnvelopeReader
  private var reply = RawReply()
  private var isHeadRead = false
  /// The content-type is another one than gRPC's, so no field of the reply is gRPC's either.
  private var isForeign = false
  private var trailingError: RPCError?
  private var body = ForeignBody()
  public private(set) var isDone = false

  /// Where the messages of a streamed reply go; nil for a unary one.
  private let inbox: MessageInbox?

  public init(
    receiveMessageBytesMax: Int, errorBodyBytesMax: Int, inbox: MessageInbox? = nil
  ) {
    self.inbox = inbox
    reader = EnvelopeReader(limit: receiveMessageBytesMax)
    body = ForeignBody(bytesMax: errorBodyBytesMax)
  }

  /// Whether response headers have come ahead of the status and the call goes on: the caller may
  /// have seen them.
  public var hasHead: Bool { reply.hasHead }

  /// What came ahead of the reply's messages, until the call ends.
  public var initialMetadata: Metadata { reply.initialMetadata }

  /// A header block that is not informational.
  /// - Returns: the outcome, when it ends the call.
  public mutating func receive(
    _ block: HeaderBlock, _ category: HeaderCategory, endStream: Bool
  ) -> RawReply? {
    guard !isDone, category != .informational else { return nil }
    let fields = ReplyFields(block)
    if !isHeadRead {
      isHeadRead = true
      readHead(block, fields)
      if endStream {
        readTrailers(block, fields)
        return finish(.trailers)
      }
      reply.hasHead = true
      if fields.hasMetadata { reply.initialMetadata = metadata(of: block) }
      guard let encoding = fields.encoding, !block.matches(encoding, "identity") else {
        return nil
      }
      if block.matches(encoding, "gzip") {
        reader.nameCompression()
        return nil
      }
      let name = String(decoding: block[encoding], as: UTF8.self)
      return fail(RPCError(.internalError, "the reply has the encoding \(name), not offered"))
    }
    // A second block without END_STREAM is reset by the session before it comes here.
    readTrailers(block, fields)
    return endStream ? finish(.trailers) : nil
  }

  /// Bytes of the reply.
  /// - Returns: the outcome, when they end the call: the stream is then to be reset.
  public mutating func receive(_ bytes: RawSpan) -> RawReply? {
    guard !isDone else { return nil }
    guard reply.isGRPC, reply.httpStatus == 200 else {
      // Whoever answers with another status is no gRPC server, whatever content-type it names: its
      // body is text, and no envelope.
      body.append(bytes)
      return nil
    }
    if inbox == nil, reply.messageCount == 0, let message = reader.takeOnly(of: bytes) {
      reply.messageCount = 1
      reply.message = message
      return nil
    }
    reader.append(bytes)
    do throws(EnvelopeError) {
      while let range = try reader.next() {
        reply.messageCount += 1
        if let inbox {
          inbox.add(Array(reader.buffer[range]), isCompressed: reader.isMessageCompressed)
        } else if reply.messageCount == 1 {
          reply.message = Array(reader.buffer[range])
          reply.isMessageCompressed = reader.isMessageCompressed
        }
      }
      return nil
    } catch {
      return fail(RPCError(error))
    }
  }

  /// The peer ended the stream with DATA, that is, without trailers.
  public mutating func receiveEnd() -> RawReply? {
    isDone ? nil : finish(.endWithoutTrailers)
  }

  /// RST_STREAM, before trailers.
  public mutating func receiveReset(_ code: HTTP2ErrorCode, isOwn: Bool) -> RawReply? {
    guard !isDone else { return nil }
    let mapped = StatusMapping.code(resetCode: code.rawValue)
    let who = isOwn ? "the reply broke HTTP/2 rules" : "the peer reset the stream"
    var error = RPCError(mapped.code, "\(who): \(code)", isRetrySafe: !isOwn && mapped.isRetrySafe)
    if isOwn { error.code = .internalError }
    return fail(error, .reset(code.rawValue))
  }

  /// Ends the call with an error made on this side.
  public mutating func fail(_ error: RPCError, _ end: RawReply.End = .local) -> RawReply? {
    isDone ? nil : conclude(end, error)
  }

  private mutating func readHead(_ block: HeaderBlock, _ fields: ReplyFields) {
    if let status = fields.httpStatus {
      reply.httpStatus =
        block.matches(status, "200")
        ? 200 : Int(String(decoding: block[status], as: UTF8.self))
    }
    if let type = fields.contentType {
      // Nearly every peer writes it in this form.
      reply.isGRPC =
        block.matches(type, "application/grpc")
        || block[type].starts(with: "application/grpc".utf8)
      isForeign = !reply.isGRPC
    }
  }

  private mutating func readTrailers(_ block: HeaderBlock, _ fields: ReplyFields) {
    guard !isForeign, let status = fields.status else { return }
    if fields.hasMetadata { reply.trailingMetadata = metadata(of: block) }
    reply.pushback = fields.pushback.map { String(decoding: block[$0], as: UTF8.self) }
    if block.matches(status, "0") {
      reply.rawStatus = "0"
      return
    }
    let text = String(decoding: block[status], as: UTF8.self)
    reply.rawStatus = text
    let message = fields.message.map { PercentEncoding.decode(block[$0]) } ?? ""
    // "1", "16", but neither "00" nor "+1" nor "17". (statuscodes)
    guard let number = Int(text), String(number) == text, let code = StatusCode(rawValue: number)
    else {
      trailingError = RPCError(.unknown, "grpc-status \"\(text)\" is none; \(message)")
      return
    }
    var error = RPCError(code, message)
    if let details = fields.details {
      if let bytes = Base64.decode(block[details]),
        let status = try? StatusDetails(wireBytes: bytes)
      {
        error.details = status.details
      } else {
        reply.areDetailsBroken = true
      }
    }
    trailingError = error
  }

  private mutating func metadata(of block: HeaderBlock) -> Metadata {
    reply.droppedValues += Metadata.unreadableValues(in: block)
    return Metadata(received: block)
  }

  private mutating func finish(_ end: RawReply.End) -> RawReply { conclude(end, outcome()) }

  /// Gives the reply away as it is, which spares counting all its parts once more.
  private mutating func conclude(_ end: RawReply.End, _ error: RPCError?) -> RawReply {
    isDone = true
    reply.end = end
    reply.error = error
    return exchange(&reply, with: RawReply())
  }

  /// The error of a call whose stream has ended; nil is success.
  private func outcome() -> RPCError? {
    if let trailingError { return trailingError }
    guard reply.rawStatus != nil else { return missingStatus() }
    do throws(EnvelopeError) { try reader.finish() } catch { return RPCError(error) }
    guard inbox != nil || reply.messageCount == 1 else {
      return RPCError(
        .unimplemented, "a unary reply has one message; this one has \(reply.messageCount)")
    }
    return nil
  }

  private func missingStatus() -> RPCError {
    let status = reply.httpStatus ?? 0
    // Bytes that ended inside a message say more than their missing status. (statuscodes)
    if reply.isGRPC, status == 200 {
      do throws(EnvelopeError) { try reader.finish() } catch { return RPCError(error) }
    }
    var message = "no grpc-status in a reply with HTTP status \(status)"
    if !body.text.isEmpty { message += ": " + body.text }
    return RPCError(StatusMapping.code(httpStatus: status), message)
  }
}
