import Postgres
import RPC
import Testing

@testable import Operations

@Suite struct WriteRecoveryTests {
  static func refused(_ code: String, constraint: String = "") -> PostgresError {
    PostgresError(
      .server(
        ServerError(sqlState: SQLState(rawValue: code), message: "", constraint: constraint)))
  }

  static func recovery(_ error: PostgresError, isFast: Bool) -> WriteRecovery {
    WriteRecovery(
      from: error, isFast: isFast, guards: ["guard"], races: ["race"], logKey: "log")
  }

  @Test func `every kind of error has its recovery, on both paths`() {
    let cases: [(PostgresError, fast: WriteRecovery, slow: WriteRecovery)] = [
      (Self.refused("23505", constraint: "guard"), .slowPath, .split),
      (Self.refused("23514", constraint: "guard"), .slowPath, .split),
      (Self.refused("23505", constraint: "race"), .resend, .resend),
      (Self.refused("23505", constraint: "log"), .claimAnother, .claimAnother),
      (Self.refused("23514", constraint: "other"), .split, .split),
      (Self.refused("22012"), .split, .split),
      (Self.refused("40001"), .resend, .resend),
      (Self.refused("40P01"), .resend, .resend),
      (Self.refused("55P03"), .resend, .resend),
      (Self.refused("25006"), .resend, .resend),
      (PostgresError(.connectionLost("")), .resend, .resend),
      (PostgresError(.connectionLost(""), outcome: .unknown), .findOut, .findOut),
      (PostgresError(.protocolViolation(""), outcome: .unknown), .findOut, .findOut),
      (PostgresError(.protocolViolation("")), .split, .split),
      (PostgresError(.unavailable), .giveUp, .giveUp),
      (PostgresError(.connectFailed("")), .giveUp, .giveUp),
      (PostgresError(.closed), .giveUp, .giveUp),
      (PostgresError(.cancelled), .giveUp, .giveUp),
      (PostgresError(.deadlineExceeded), .expired, .expired),
      (PostgresError(.typeMismatch("")), .split, .split),
    ]
    for (error, fast, slow) in cases {
      #expect(Self.recovery(error, isFast: true) == fast, "\(error)")
      #expect(Self.recovery(error, isFast: false) == slow, "\(error)")
    }
  }

  @Test func `no failure quotes the database`() {
    let text = "relation secret does not exist"
    let errors = [
      PostgresError(
        .server(ServerError(sqlState: SQLState(rawValue: "42P01"), message: text))),
      PostgresError(.connectionLost(text)), PostgresError(.connectionLost(text), outcome: .unknown),
    ]
    for error in errors {
      let message = RPCError(WriteFailure(error)).message
      #expect(!message.contains("secret") && !message.contains("42P01"))
    }
    #expect(
      errors.map(WriteFailure.init(_:)) == [.unforeseen, .databaseUnavailable, .outcomeUnknown])
  }
}
