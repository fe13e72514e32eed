import Testing

@testable import Operations

@Suite struct WriteAttemptTests {
  @Test func `each recovery leaves its own next attempt, or says why there is none`() {
    let cases: [(WriteRecovery, WriteAttempt, WriteFailure?)] = [
      (.slowPath, attempt(isFast: false), nil),
      (.claimAnother, attempt(resends: 1), nil),
      (.resend, attempt(resends: 1), nil),
      (.findOut, attempt(isFast: false, resends: 1, isDoubtful: true), nil),
      (.giveUp, attempt(), .databaseUnavailable),
      (.split, attempt(), .unforeseen),
    ]
    for (recovery, after, failure) in cases {
      var next = attempt()
      #expect(next.recover(recovery, resendsMax: 5) == failure, "\(recovery)")
      #expect(next == after, "\(recovery)")
    }
  }

  private func attempt(isFast: Bool = true, resends: Int = 0, isDoubtful: Bool = false)
    -> WriteAttempt
  {
    var attempt = WriteAttempt(isFast: isFast, isDoubtful: isDoubtful)
    attempt.resends = resends
    return attempt
  }

  @Test func `what was once in doubt is never told as not written`() {
    for last in [WriteRecovery.giveUp, .split, .resend, .claimAnother] {
      var next = WriteAttempt(isFast: true)
      #expect(next.recover(.findOut, resendsMax: 1) == nil)
      #expect(next.recover(last, resendsMax: 1) == .outcomeUnknown, "\(last)")
    }
  }

  @Test func `a batch is sent again as often as the limit says and not once more`() {
    for limit in 0...4 {
      var next = WriteAttempt(isFast: true)
      for _ in 0..<limit { #expect(next.recover(.resend, resendsMax: limit) == nil) }
      #expect(next.recover(.resend, resendsMax: limit) == .databaseUnavailable)
    }
  }

  /// To look instead of to assume is no second try.
  @Test func `the slow path costs none of the tries`() {
    var next = WriteAttempt(isFast: true)
    #expect(next.recover(.slowPath, resendsMax: 0) == nil)
    #expect(next.recover(.resend, resendsMax: 0) == .databaseUnavailable)
  }
}
