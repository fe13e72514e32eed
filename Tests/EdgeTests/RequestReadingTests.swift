import Testing

@testable import Edge

@Suite struct RequestReadingTests {
  private func receiving(_ max: Int = 4) -> RequestReading {
    var reading = RequestReading(bodyMax: max)
    #expect(reading.head(isRefused: false, expectsContinue: false, length: nil) == .none)
    return reading
  }

  @Test func `a body is collected over any cuts and handed over at its end`() {
    for cut in 0...4 {
      var reading = receiving()
      let body: [UInt8] = [1, 2, 3, 4]
      #expect(reading.body(body[..<cut]) == .none)
      #expect(reading.body(body[cut...]) == .none)
      #expect(reading.end() == .respond(body))
      let isLast = reading.answered(closes: false)
      #expect(!isLast)
      #expect(reading.state == .idle)
    }
  }

  @Test func `a body of the limit passes and one byte more is refused at once`() {
    var reading = receiving()
    #expect(reading.body([1, 2, 3, 4]) == .none)
    #expect(reading.body([5]) == .refuseBody)
    #expect(reading.body([6]) == .none)
    #expect(reading.end() == .none)
    let isLast = reading.answered(closes: false)
    #expect(isLast)
  }

  @Test func `a refused body is thrown away and the connection kept`() {
    var reading = RequestReading(bodyMax: 4)
    #expect(reading.head(isRefused: true, expectsContinue: false, length: 4) == .none)
    #expect(reading.body([1, 2, 3, 4]) == .none)
    #expect(reading.end() == .respond(nil))
    let isLast = reading.answered(closes: false)
    #expect(!isLast)
  }

  @Test func `a refused body that goes on and on is cut off`() {
    var reading = RequestReading(bodyMax: 4)
    #expect(reading.head(isRefused: true, expectsContinue: false, length: nil) == .none)
    #expect(reading.body([1, 2, 3, 4, 5]) == .refuse)
    #expect(reading.state == .finished)
  }

  @Test(arguments: [
    (false, true, 4, RequestReading.Action.sendContinue), (false, false, 4, .none),
    (false, true, 5, .refuseBody), (false, false, 5, .refuseBody), (true, true, 4, .refuse),
    (true, false, 5, .refuse), (true, false, 4, .none),
  ])
  func `leave to send a body is given only when it would be read`(
    isRefused: Bool, expects: Bool, length: Int, action: RequestReading.Action
  ) {
    var reading = RequestReading(bodyMax: 4)
    #expect(
      reading.head(isRefused: isRefused, expectsContinue: expects, length: length) == action)
  }

  @Test func `a client that leaves while it is answered cancels the call`() {
    var reading = receiving()
    #expect(reading.end() == .respond([]))
    #expect(reading.inputEnded() == .cancel)
    var idle = RequestReading(bodyMax: 4)
    #expect(idle.inputEnded() == .close)
    var half = receiving()
    #expect(half.inputEnded() == .close)
  }

  @Test func `bytes that are no HTTP are answered only where an answer fits`() {
    var idle = RequestReading(bodyMax: 4)
    let idleAnswers = idle.malformed()
    #expect(idleAnswers)
    let idleAnswersAgain = idle.malformed()
    #expect(!idleAnswersAgain)
    var answering = receiving()
    _ = answering.end()
    let answeringAnswers = answering.malformed()
    #expect(!answeringAnswers)
  }

  @Test func `only a body can take too long`() {
    var idle = RequestReading(bodyMax: 4)
    let isIdleLate = idle.timedOut()
    #expect(!isIdleLate)
    var half = receiving()
    let isHalfLate = half.timedOut()
    #expect(isHalfLate)
    #expect(half.state == .finished)
  }
}
