import Postgres
import Testing

@testable import Operations

@Suite struct WriteFailureTests {
  @Test func `a lost connection leaves a write in doubt and a read not`() {
    let lost = PostgresError(.connectionLost("gone"), outcome: .unknown)
    #expect(WriteFailure(lost) == .outcomeUnknown)
    #expect(WriteFailure(reading: lost) == .databaseUnavailable)
  }

  @Test func `a read keeps its deadline, its caller's end and what nobody foresaw`() {
    #expect(WriteFailure(reading: PostgresError(.deadlineExceeded)) == .deadline)
    #expect(WriteFailure(reading: PostgresError(.cancelled)) == .cancelled)
    #expect(WriteFailure(reading: PostgresError(.protocolViolation("x"))) == .unforeseen)
  }
}
