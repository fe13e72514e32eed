import Operations
import Testing
import Transport

@Suite struct FailureTests {
  @Test func `a failure is one line of what failed and what to do`() {
    let failure = Failure(.unavailable, "no\nserver\u{1B}[0m", remedy: "start\rone")
    #expect(failure.description == #"orderly: no\nserver\u001b[0m; start\rone"#)
  }

  @Test func `exit codes are those of sysexits`() {
    #expect(
      ExitReason.allCases.map(\.rawValue)
        == [0, 1, 3, 64, 69, 70, 71, 73, 74, 75, 77, 130, 143, 78].sorted()
    )
  }

  @Test(arguments: [
    (TransportError.Reason.addressInUse, ExitReason.systemRefused),
    (.permissionDenied, .noPermission), (.addressInvalid, .systemRefused),
    (.alreadyStarted, .systemRefused), (.system("no buffer space"), .systemRefused),
  ])
  func `an address that cannot be listened on is named with the flag that changes it`(
    reason: TransportError.Reason, status: ExitReason
  ) {
    let failure = ListenFailure.failure(
      TransportError(reason, address: "127.0.0.1:8080"), portFlag: "--edge-port")
    #expect(failure.status == status)
    #expect(failure.what.contains("127.0.0.1:8080"))
    #expect(failure.remedy.contains(reason == .addressInvalid ? "--edge-host" : "--edge-port"))
  }
}
