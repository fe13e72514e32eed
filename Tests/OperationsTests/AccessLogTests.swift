import Logging
import Operations
import Testing

@Suite struct AccessLogTests {
  private let sink = RecordingSink()

  private func record(_ choice: AccessLog.Choice, _ severity: AccessLog.Severity) {
    let log = LogSystem(format: .json, level: .info, sink: sink)
    var call = AccessLog.Call(
      method: "orders.v1.Orders/PlaceOrder", outcome: "UNAVAILABLE", severity: severity,
      nanoseconds: 1_234_567)
    call.bytesIn = 10
    call.bytesOut = 20
    call.peer = "127.0.0.1:5"
    call.caller = "key-1"
    call.requestID = "r-1"
    AccessLog(choice, logger: log.logger("orders.access", service: "orders")).record(call)
  }

  @Test(arguments: [
    (AccessLog.Choice.off, AccessLog.Severity.fault, 0), (.off, .success, 0),
    (.errors, .success, 0), (.errors, .answer, 0), (.errors, .refusal, 1), (.errors, .trouble, 1),
    (.errors, .fault, 1),
    (.all, .success, 1), (.all, .answer, 1), (.all, .fault, 1),
  ])
  func `the choice decides which calls get a line`(
    choice: AccessLog.Choice, severity: AccessLog.Severity, lines: Int
  ) {
    record(choice, severity)
    #expect(sink.lines.count == lines)
  }

  @Test func `a line tells method, code, duration, bytes, peer and caller`() throws {
    record(.errors, .trouble)
    let line = try #require(sink.lines.first)
    #expect(line.contains(#""level":"warning""#))
    #expect(
      line.hasSuffix(
        #""bytesIn":10,"bytesOut":20,"caller":"key-1","code":"UNAVAILABLE","durationMs":1.234,"#
          + #""method":"orders.v1.Orders/PlaceOrder","peer":"127.0.0.1:5","requestId":"r-1"}"#
          + "\n"))
  }
}
