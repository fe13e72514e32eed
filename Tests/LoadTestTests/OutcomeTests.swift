import RPC
import Testing

@testable import LoadTest

@Suite struct OutcomeTests {
  private func outcome(_ answer: LoadReply.Answer) -> Outcome { Outcome(.answer(answer)) }

  @Test func `only a whole reply with status 0 is OK`() {
    let good = LoadReply.Answer(statusText: "0")
    #expect(outcome(good) == .ok)
    let flaws: [(inout LoadReply.Answer) -> Void] = [
      { $0.isHTTPSuccess = false }, { $0.isGRPC = false }, { $0.messages = 0 },
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
      isHTTPSuccess: false, isGRPC: false, statusText: "14", messages: 2, isCut: true)
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
}
