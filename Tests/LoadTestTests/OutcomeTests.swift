import RPC
import Testing

@testable import LoadTest

@Suite struct OutcomeTests {
  private func outcome(_ answer: LoadReply.Answer) -> Outcome { Outcome(.answer(answer)) }

  @Test func `only a whole reply with status 0 is OK`() {
    let good = LoadReply.Answer(statusText: "0")
    #expect(outcome(good) == .ok)
    let flaws: [(inout LoadReply.Answer) -> Void] = [
      { $0.httpStatus = 503 }, { $0.httpStatus = 0 }, { $0.isGRPC = false }, { $0.messages = 0 },
      { $0.messages = 2 }, { $0.isCut = true }, { $0.statusText = nil },
    ]
    for flaw in flaws {
      var answer = good
      flaw(&answer)
      #expect(outcome(answer) == .malformed)
    }
  }

  @Test func `each of the sixteen failures counts under its own name`() {
    for code in StatusCode.allCases where code != .ok {
      let answer = LoadReply.Answer(statusText: "\(code.rawValue)", messages: 0)
      #expect(outcome(answer) == .status(code))
      #expect(outcome(answer).description == code.name)
    }
  }

  @Test func `a failure is counted by its status whatever else is wrong with the reply`() {
    let answer = LoadReply.Answer(
      httpStatus: 503, isGRPC: false, statusText: "14", messages: 2, isCut: true)
    #expect(outcome(answer) == .status(.unavailable))
  }

  @Test(arguments: [
    "", "17", "-1", "00", "014", "+0", " 0", "0 ", "1.0", "OK", "٠",
    "99999999999999999999",
  ])
  func `a status that does not read is malformed`(text: String) {
    #expect(outcome(LoadReply.Answer(statusText: text)) == .malformed)
  }

  @Test func `every outcome has a name, a place and both only once`() {
    #expect(Outcome.all.map(\.index) == Array(Outcome.all.indices))
    #expect(Set(Outcome.all.map(\.description)).count == Outcome.all.count)
    #expect(Outcome.transport(.goaway).description == "transport/goaway")
  }

  @Test func `what the transport reports becomes the right ending`() {
    func ending(_ change: (inout RawReply) -> Void) -> Outcome {
      var reply = RawReply()
      change(&reply)
      return Outcome(LoadReply.Ending(reply))
    }
    #expect(ending { $0.end = .reset(7) } == .transport(.refused))
    #expect(ending { $0.end = .reset(2) } == .transport(.reset))
    #expect(ending { $0.end = .goAway } == .transport(.goaway))
    #expect(
      ending {
        $0.end = .connection
        $0.error = RPCError(.unavailable, "connect", isRetrySafe: true)
      } == .transport(.refused))
    #expect(
      ending {
        $0.end = .connection
        $0.error = RPCError(.unavailable, "lost")
      } == .transport(.closed))
    #expect(ending { $0.error = RPCError(.deadlineExceeded, "") } == .deadline)
    // The reply broke a limit or an envelope here: it is an answer that is none, and no failure of
    // the connection.
    #expect(ending { $0.error = RPCError(.internalError, "flags") } == .malformed)
    #expect(ending { $0.error = RPCError(.resourceExhausted, "size") } == .malformed)
    #expect(
      ending {
        $0.end = .endWithoutTrailers
        $0.httpStatus = 200
        $0.isGRPC = true
        $0.messageCount = 1
      } == .malformed)
  }

  @Test func `a reply over the network keeps its facts and the reason of its failure`() {
    var reply = RawReply()
    reply.end = .trailers
    reply.httpStatus = 200
    reply.isGRPC = true
    reply.rawStatus = "9"
    let info = ErrorInfo(reason: "OUT_OF_STOCK", domain: "orderly")
    reply.error = RPCError(.failedPrecondition, "", details: [AnyDetail(info)])
    let received = LoadReply(.init(reply), at: 1)
    #expect(received.reason == "OUT_OF_STOCK")
    #expect(Outcome(received.ending) == .status(.failedPrecondition))

    reply.rawStatus = "0"
    reply.messageCount = 1
    reply.error = nil
    #expect(Outcome(LoadReply.Ending(reply)) == .ok)
    reply.error = RPCError(.internalError, "message cut short at byte 3")
    #expect(Outcome(LoadReply.Ending(reply)) == .malformed)
  }
}
