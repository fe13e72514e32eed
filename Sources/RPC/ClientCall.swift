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

  /// Whether response headers have come ahead of the status: the caller may have seen them.
  public var hasHead: Bool { reply.hasHead }

  /// What came ahead of the reply's messages.
  public var initialMetadata: Metadata { reply.initialMetadata }

  /// A header block that is not informational.
  /// - Returns: the outcome, when it ends the call.
  public mutating func receive(
    _ block: HeaderBlock, _ category: HeaderCategory, endStream: Bool
  ) -> RawReply? {
    guard !isDone, category != .informational else { return nil }
    if !isHeadRead {
      isHeadRead = true
      readHead(block)
      if endStream {
        readTrailers(block)
        return finish(.trailers)
      }
      reply.hasHead = true
      takeMetadata(block, \.initialMetadata)
      if let encoding = block.value(of: "grpc-encoding"), !encoding.elementsEqual("identity".utf8) {
        if encoding.elementsEqual("gzip".utf8) {
          reader.nameCompression()
          return nil
        }
        let name = String(decoding: encoding, as: UTF8.self)
        return fail(RPCError(.internalError, "the reply has the encoding \(name), not offered"))
      }
      return nil
    }
    // A second block without END_STREAM is reset by the session before it comes here.
    readTrailers(block)
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
    guard !isDone else { return nil }
    isDone = true
    reply.end = end
    reply.error = error
    return reply
  }

  private mutating func readHead(_ block: HeaderBlock) {
    if let status = block.value(of: ":status") {
      reply.httpStatus = Int(String(decoding: status, as: UTF8.self))
    }
    if let type = block.value(of: "content-type") {
      reply.isGRPC = type.starts(with: "application/grpc".utf8)
      isForeign = !reply.isGRPC
    }
  }

  private mutating func readTrailers(_ block: HeaderBlock) {
    guard !isForeign, let status = block.value(of: "grpc-status") else { return }
    let text = String(decoding: status, as: UTF8.self)
    reply.rawStatus = text
    takeMetadata(block, \.trailingMetadata)
    reply.pushback = block.value(of: "grpc-retry-pushback-ms").map {
      String(decoding: $0, as: UTF8.self)
    }
    let message = block.value(of: "grpc-message").map { PercentEncoding.decode($0) } ?? ""
    // "0", "16", but neither "00" nor "+1" nor "17". (statuscodes)
    guard let number = Int(text), String(number) == text, let code = StatusCode(rawValue: number)
    else {
      trailingError = RPCError(.unknown, "grpc-status \"\(text)\" is none; \(message)")
      return
    }
    guard code != .ok else { return }
    var error = RPCError(code, message)
    if let value = block.value(of: "grpc-status-details-bin") {
      if let bytes = Metadata.decodeBase64(value), let status = try? StatusDetails(wireBytes: bytes)
      {
        error.details = status.details
      } else {
        reply.areDetailsBroken = true
      }
    }
    trailingError = error
  }

  private mutating func takeMetadata(
    _ block: HeaderBlock, _ place: WritableKeyPath<RawReply, Metadata>
  ) {
    guard block.contains(where: { Metadata.isCustom($0, in: block) }) else { return }
    reply[keyPath: place] = Metadata(received: block)
    reply.droppedValues += Metadata.unreadableValues(in: block)
  }

  private mutating func finish(_ end: RawReply.End) -> RawReply {
    isDone = true
    reply.end = end
    reply.error = outcome()
    return reply
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
