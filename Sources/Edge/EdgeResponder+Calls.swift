internal import Contracts
internal import Logging
internal import RPC

/// What the operations share: the way from input over a call to an answer.
extension EdgeResponder {
  func read<Value>(_ body: () throws(InputError) -> Value) throws(Problem) -> Value {
    do throws(InputError) {
      return try body()
    } catch {
      throw Problem(error)
    }
  }

  func write(_ body: () throws(BoundError) -> [UInt8]) throws(Problem) -> [UInt8] {
    do throws(BoundError) {
      return try body()
    } catch {
      throw Problem(error)
    }
  }

  /// Makes one call with what is left of the request's time. The request id is the only thing of
  /// the HTTP request that goes along beside the message.
  ///
  /// - Parameter jsonPath: Turns a field of the message into the path that the client knows.
  func call<Response: Sendable>(
    _ exchange: Exchange, jsonPath: (String) -> String,
    _ send: (CallContext) async throws(RPCError) -> Response
  ) async throws(Problem) -> (Response, CallContext) {
    guard !exchange.deadline.hasPassed else { throw .budgetSpent }
    var metadata = Metadata()
    do {
      try metadata.add(RequestID.metadataName, exchange.requestID)
    } catch {
      // Only an id that the check of request ids should have replaced comes here.
      throw Problem(RPCError(.internalError, "request id refused as metadata: \(error)"))
    }
    let call = CallContext(deadline: exchange.deadline, metadata: metadata, peer: exchange.peer)
    do throws(RPCError) {
      return (try await send(call), call)
    } catch {
      throw Problem(error, jsonPath: jsonPath)
    }
  }
}
