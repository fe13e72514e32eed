import RPC
import Transport
import Wire

/// The cases of compressed messages.
extension CaseRunner {
  /// - Parameter probes: whether to find out first that the server tells a compressed message from
  ///   another: it refuses one that is not and should be.
  func clientCompressedUnary(probes: Bool) async throws {
    var request = Self.largeRequest
    if probes {
      request.expectCompressed = BoolValue(true)
      let query = request
      try await expect(.invalidArgument) { () throws(RPCError) in
        _ = try await client.unary(TestAPI.unaryCall, query, CallContext())
      }
    }
    for isCompressed in [true, false] {
      if probes { request.expectCompressed = BoolValue(isCompressed) }
      let call = CallContext(compressesRequest: isCompressed)
      let response = try await client.unary(TestAPI.unaryCall, request, call)
      try check(response.payload?.body.count == 314_159, "reply of another size")
    }
  }

  /// The first message compressed, the second as it is.
  func clientCompressedStreaming(probes: Bool) async throws {
    if probes {
      try await expect(.invalidArgument) { () throws(RPCError) in
        _ = try await client.clientStreaming(TestAPI.streamingInputCall, CallContext()) {
          (writer) throws(RPCError) in
          try await writer.write(Self.input(27182, expectCompressed: true))
        }
      }
    }
    let call = CallContext(compressesRequest: true)
    let response = try await client.clientStreaming(TestAPI.streamingInputCall, call) {
      (writer) throws(RPCError) in
      for (size, isCompressed) in [(27182, true), (45904, false)] {
        let request = Self.input(size, expectCompressed: probes ? isCompressed : nil)
        try await writer.write(request, mayCompress: isCompressed)
      }
    }
    try check(response.aggregatedPayloadSize == 73_086, "sum \(response.aggregatedPayloadSize)")
  }

  private static func input(_ size: Int, expectCompressed: Bool?) -> StreamingInputCallRequest {
    var request = StreamingInputCallRequest()
    request.payload = Payload(size: size)
    request.expectCompressed = expectCompressed.map { BoolValue($0) }
    return request
  }

  /// Reads the raw reply, which remembers how its message came.
  func serverCompressedUnary() async throws {
    for isCompressed in [true, false] {
      var request = Self.largeRequest
      request.responseCompressed = BoolValue(isCompressed)
      var writer = WireWriter(reserving: Envelope.byteCount)
      request.write(to: &writer)
      var bytes = writer.finish()
      Envelope.seal(&bytes)
      let reply = await client.raw(
        path: TestAPI.unaryCall.pathBytes, sealed: bytes, CallContext())
      if let error = reply.error { throw error }
      let response = try SimpleResponse(wireBytes: reply.message)
      try check(response.payload?.body.count == 314_159, "reply of another size")
      try check(
        reply.isMessageCompressed == isCompressed, "compressed: \(reply.isMessageCompressed)")
    }
  }

  func serverCompressedStreaming() async throws {
    let wanted: [(size: Int32, isCompressed: Bool)] = [(31415, true), (92653, false)]
    var request = StreamingOutputCallRequest()
    request.responseParameters = wanted.map {
      var parameters = Self.parameters($0.size)
      parameters.compressed = BoolValue($0.isCompressed)
      return parameters
    }
    let seen = try await client.serverStreaming(
      TestAPI.streamingOutputCall, request, CallContext()
    ) { (replies) throws(RPCError) in
      var seen: [String] = []
      while let reply = try await replies.next() {
        seen.append("\(reply.payload?.body.count ?? 0) \(replies.isLastCompressed)")
      }
      return seen
    }
    try check(seen == ["31415 true", "92653 false"], "replies of \(seen)")
  }
}
