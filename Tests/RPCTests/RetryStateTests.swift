import Testing

@testable import RPC

@Suite struct RetryStateTests {
  private static func policy(_ attempts: Int = 4) throws -> RetryPolicy {
    try RetryPolicy(
      maxAttempts: attempts, initialBackoff: .milliseconds(100), maxBackoff: .milliseconds(250),
      multiplier: 2, codes: [.unavailable, .aborted])
  }

  private var throttle = RetryThrottle()

  /// What happens after the same failure again and again.
  private mutating func decisions(
    _ state: inout RetryState, _ code: StatusCode?, _ count: Int, random: Double = 1,
    isCommitted: Bool = false, pushback: RetryState.Pushback = .none
  ) -> [RetryState.Decision] {
    (0..<count).map { _ in
      state.ended(
        code, isCommitted: isCommitted, pushback: pushback, throttle: &throttle, random: random)
    }
  }

  @Test mutating func `gaps grow up to the most, and attempts end`() throws {
    var state = RetryState(try Self.policy())
    #expect(
      decisions(&state, .unavailable, 4) == [
        .retry(after: .milliseconds(100)), .retry(after: .milliseconds(200)),
        .retry(after: .milliseconds(250)), .done,
      ])
    #expect(state.failures == 4)
  }

  @Test mutating func `a gap is a fifth more or less`() throws {
    var state = RetryState(try Self.policy())
    #expect(
      decisions(&state, .aborted, 1, random: 0.8) == [.retry(after: .milliseconds(80))])
    #expect(
      decisions(&state, .aborted, 1, random: 1.2) == [.retry(after: .milliseconds(240))])
  }

  @Test mutating func `success, another code and response headers end the call`() throws {
    var state = RetryState(try Self.policy())
    #expect(decisions(&state, nil, 1) == [.done])
    #expect(decisions(&state, .internalError, 1) == [.done])
    #expect(decisions(&state, .unavailable, 1, isCommitted: true) == [.done])
  }

  @Test mutating func `what no handler has seen is repeated once, and counted by nobody`() throws {
    for policy in [nil, try Self.policy()] {
      var state = RetryState(policy)
      let before = throttle
      func refused(_ throttle: inout RetryThrottle, _ isCommitted: Bool) -> RetryState.Decision {
        state.ended(
          .unavailable, isRefused: true, isCommitted: isCommitted, pushback: .none,
          throttle: &throttle, random: 1)
      }
      #expect(refused(&throttle, true) == .done, "too much was sent to be kept")
      throttle = before
      state = RetryState(policy)
      #expect(refused(&throttle, false) == .again)
      #expect(state.failures == 0 && throttle == before)
      #expect(
        refused(&throttle, false) == (policy == nil ? .done : .retry(after: .milliseconds(100))))
    }
  }

  @Test mutating func `without a policy nothing else is repeated, or counted`() {
    var state = RetryState(nil)
    let before = throttle
    #expect(decisions(&state, .unavailable, 1, pushback: .after(.zero)) == [.done])
    #expect(decisions(&state, nil, 1) == [.done])
    #expect(throttle == before)
  }

  @Test mutating func `the server may name the delay, and then gaps begin anew`() throws {
    var state = RetryState(try Self.policy())
    #expect(decisions(&state, .unavailable, 1) == [.retry(after: .milliseconds(100))])
    #expect(
      decisions(&state, .unavailable, 1, pushback: .after(.milliseconds(7)))
        == [.retry(after: .milliseconds(7))])
    #expect(decisions(&state, .unavailable, 1) == [.retry(after: .milliseconds(100))])
  }

  @Test mutating func `the server may forbid it`() throws {
    var state = RetryState(try Self.policy())
    #expect(decisions(&state, .unavailable, 1, pushback: .forbidden) == [.done])
  }

  @Test(arguments: [
    ("0", RetryState.Pushback.after(.zero)), ("250", .after(.milliseconds(250))),
    ("-1", .forbidden), ("", .forbidden), ("1.5", .forbidden), ("+1", .forbidden),
    ("01", .forbidden), ("99999999999", .forbidden),
  ])
  func `a pushback is a number of milliseconds, or forbids`(
    text: String, pushback: RetryState.Pushback
  ) {
    #expect(RetryState.Pushback(text) == pushback)
    #expect(RetryState.Pushback(nil) == RetryState.Pushback.none)
  }

  @Test mutating func `at half of its tokens a target is asked no more, until calls succeed`()
    throws
  {
    throttle = try #require(RetryThrottle(maxTokens: 10, tokenRatio: 0.5))
    for _ in 0..<4 {
      var state = RetryState(try Self.policy())
      #expect(decisions(&state, .unavailable, 1) != [.done])
    }
    var fifth = RetryState(try Self.policy())
    #expect(decisions(&fifth, .unavailable, 1) == [.done])
    var good = RetryState(try Self.policy())
    _ = decisions(&good, nil, 1)
    #expect(throttle.allowsRetry)
  }

  @Test func `a policy that cannot work is refused`() {
    #expect(throws: RetryPolicy.Invalid.maxAttempts(1)) { try RetryPolicy(maxAttempts: 1) }
    #expect(throws: RetryPolicy.Invalid.backoff) {
      try RetryPolicy(maxAttempts: 2, initialBackoff: .zero)
    }
    #expect(throws: RetryPolicy.Invalid.backoff) {
      try RetryPolicy(maxAttempts: 2, maxBackoff: .seconds(-1))
    }
    for multiplier in [0, -1, Double.nan, .infinity] {
      #expect(throws: RetryPolicy.Invalid.multiplier) {
        try RetryPolicy(maxAttempts: 2, multiplier: multiplier)
      }
    }
    #expect(throws: RetryPolicy.Invalid.noCodes) { try RetryPolicy(maxAttempts: 2, codes: []) }
    #expect((try? RetryPolicy(maxAttempts: 99))?.maxAttempts == 5)
  }

  @Test func `a throttle has one to a thousand tokens and a ratio of three decimals`() {
    #expect(RetryThrottle(maxTokens: 0, tokenRatio: 1) == nil)
    #expect(RetryThrottle(maxTokens: 1001, tokenRatio: 1) == nil)
    #expect(RetryThrottle(maxTokens: 1, tokenRatio: 0.0009) == nil)
    #expect(RetryThrottle(maxTokens: 1, tokenRatio: .nan) == nil)
    #expect(RetryThrottle(maxTokens: 1000, tokenRatio: 0.001) != nil)
  }
}
