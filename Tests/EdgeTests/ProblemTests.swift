import Contracts
import RPC
import Testing

@testable import Edge

@Suite struct ProblemTests {
  private func error(
    _ code: StatusCode, _ reason: String? = nil, message: String = "why",
    _ more: [AnyDetail] = []
  ) -> RPCError {
    let info = reason.map { [AnyDetail(ErrorInfo(reason: $0, domain: "orderly"))] } ?? []
    return RPCError(code, message, details: info + more)
  }

  private func header(_ problem: Problem, _ name: String) -> String? {
    problem.headers.first { $0.name == name }?.value
  }

  private func body(_ problem: Problem) -> String {
    String(decoding: problem.answer(instance: "/v1/orders", requestID: "r-1").body, as: UTF8.self)
  }

  @Test(
    arguments: [
      (.cancelled, 499), (.unknown, 500), (.invalidArgument, 400), (.deadlineExceeded, 504),
      (.notFound, 404), (.alreadyExists, 409), (.permissionDenied, 403), (.resourceExhausted, 429),
      (.failedPrecondition, 400), (.aborted, 409), (.outOfRange, 400), (.unimplemented, 501),
      (.internalError, 500), (.unavailable, 503), (.dataLoss, 500), (.unauthenticated, 401),
    ] as [(StatusCode, Int)])
  func `each code has its status`(code: StatusCode, status: Int) {
    let problem = Problem(error(code))
    #expect(problem.status == status)
    #expect(problem.reason == code.name)
    #expect(problem.type == "about:blank")
  }

  @Test func `every code of gRPC has a status`() {
    #expect(StatusCode.allCases.map { Problem.status($0) }.allSatisfy { (200...599).contains($0) })
  }

  @Test(
    arguments: [
      (.failedPrecondition, "OUT_OF_STOCK", 409), (.failedPrecondition, "CURRENCY_MISMATCH", 409),
      (.failedPrecondition, "ILLEGAL_TRANSITION", 409),
      (.failedPrecondition, "STOCK_BELOW_RESERVED", 409),
      (.alreadyExists, "REQUEST_ID_REUSED", 422),
      (.aborted, "REQUEST_IN_PROGRESS", 409), (.aborted, "VERSION_MISMATCH", 409),
      (.outOfRange, "RESUME_EXPIRED", 410), (.outOfRange, "TOTAL_OVERFLOW", 400),
      (.aborted, "ORDER_ABORTED", 409), (.alreadyExists, "REF_REUSED", 409),
      (.unavailable, "INVENTORY_UNAVAILABLE", 503), (.notFound, "SKU_UNKNOWN", 404),
    ] as [(StatusCode, String, Int)])
  func `a known reason decides before the code`(code: StatusCode, reason: String, status: Int) {
    let problem = Problem(error(code, reason))
    #expect(problem.status == status)
    #expect(problem.reason == reason)
  }

  @Test(arguments: [
    "", "out_of_stock", "OUT OF STOCK", "A\r\nB", String(repeating: "A", count: 64),
  ])
  func `a reason that is none counts as absent`(reason: String) {
    #expect(Problem(error(.failedPrecondition, reason)).reason == "FAILED_PRECONDITION")
  }

  @Test func `details that do not decode count as absent`() {
    var damaged = AnyDetail(ErrorInfo(reason: "OUT_OF_STOCK", domain: "orderly"))
    damaged.value = Array(damaged.value.dropLast())
    let problem = Problem(RPCError(.failedPrecondition, "why", details: [damaged]))
    #expect(problem.reason == "FAILED_PRECONDITION")
    #expect(problem.status == 400)
  }

  @Test(arguments: [StatusCode.unknown, .internalError, .dataLoss])
  func `a failure inside a service keeps its message for the log`(code: StatusCode) {
    let problem = Problem(error(code, "INTERNAL", message: "relation \"stock\" is gone"))
    #expect(problem.cause == "relation \"stock\" is gone")
    #expect(!body(problem).contains("relation"))
    #expect(problem.detail == Problem.internalDetail)
  }

  @Test func `waiting times are rounded up to whole seconds`() {
    func retryAfter(_ delay: Duration) -> String? {
      header(Problem(error(.unavailable, nil, [AnyDetail(RetryInfo(delay))])), "Retry-After")
    }
    #expect(retryAfter(.milliseconds(1)) == "1")
    #expect(retryAfter(.milliseconds(1001)) == "2")
    #expect(retryAfter(.seconds(3)) == "3")
    #expect(retryAfter(.zero) == "1")
    #expect(header(Problem(error(.unavailable)), "Retry-After") == "1")
    #expect(header(Problem(error(.resourceExhausted)), "Retry-After") == "1")
    #expect(header(Problem(error(.aborted, "REQUEST_IN_PROGRESS")), "Retry-After") == "1")
    #expect(header(Problem(error(.aborted, "ORDER_ABORTED")), "Retry-After") == nil)
  }

  @Test func `a missing credential is told how to come back`() {
    let problem = Problem(error(.unauthenticated))
    #expect(header(problem, "WWW-Authenticate") == "Bearer realm=\"orderly\"")
  }

  @Test func `out of stock lists every short line`() {
    var shortage = OutOfStock()
    for (sku, requested, available) in [("B", 4, 1), ("A", 2, 0)] as [(String, Int64, Int64)] {
      var line = ShortLine()
      line.sku = sku
      line.requested = requested
      line.available = available
      shortage.lines.append(line)
    }
    let problem = Problem(
      error(
        .failedPrecondition, "OUT_OF_STOCK", message: "2 lines are short", [AnyDetail(shortage)]))
    let golden =
      #"{"type":"urn:orderly:problem:out-of-stock","title":"Out of stock","status":409,"#
      + #""detail":"2 lines are short","instance":"/v1/orders","code":"FAILED_PRECONDITION","#
      + #""reason":"OUT_OF_STOCK","requestId":"r-1","lines":["#
      + #"{"sku":"B","requested":4,"available":1},{"sku":"A","requested":2,"available":0}]}"#
    #expect(body(problem) == golden)
  }

  @Test func `a shortage outside its bound is an internal failure`() {
    var line = ShortLine()
    line.sku = "A"
    line.requested = 100_000_001
    var shortage = OutOfStock()
    shortage.lines = [line]
    let problem = Problem(error(.failedPrecondition, "OUT_OF_STOCK", [AnyDetail(shortage)]))
    #expect(problem.status == 500)
    #expect(problem.lines.isEmpty)
    #expect(problem.cause?.contains("A 100000001 0") == true)
  }

  @Test func `violations of fields become offences with the paths of the body`() {
    let violations = (0..<25).map {
      BadRequest.FieldViolation(field: "lines[\($0)].unit_price", description: "is odd")
    }
    let failed = error(.invalidArgument, "INVALID_REQUEST", [AnyDetail(BadRequest(violations))])
    let problem = Problem(failed) { OrderJSON.placementPath($0, keyInHeader: false) }
    #expect(problem.errors.count == 20)
    #expect(problem.errors.first == .init(path: "$.lines[0].unitPrice", detail: "is odd"))
    #expect(
      body(problem).hasPrefix(
        #"{"type":"urn:orderly:problem:invalid-request","title":"Invalid request","status":400,"#))
  }

  @Test(arguments: [
    ("customer_id", false, "$.customerId"), ("lines[2].quantity", false, "$.lines[2].quantity"),
    ("request_id", false, "$.requestId"), ("request_id", true, "header.Idempotency-Key"),
  ])
  func `fields of an order are known by their JSON paths`(
    field: String, inHeader: Bool, path: String
  ) {
    #expect(OrderJSON.placementPath(field, keyInHeader: inHeader) == path)
  }

  @Test func `a problem without a reason has the status as its title`() {
    let golden =
      #"{"type":"about:blank","title":"Gateway Timeout","status":504,"detail":"why","#
      + #""instance":"/v1/orders","code":"DEADLINE_EXCEEDED","reason":"DEADLINE_EXCEEDED","#
      + #""requestId":"r-1"}"#
    #expect(body(Problem(error(.deadlineExceeded))) == golden)
    #expect(Problem(error(.cancelled)).title == "Client Closed Request")
  }

  @Test func `an offence of the input is told once in words and once by its path`() {
    let problem = Problem(InputError(.wrongType, at: "$.lines[0].quantity", "must be an integer"))
    let golden =
      #"{"type":"urn:orderly:problem:wrong-type","title":"Wrong type","status":400,"#
      + #""detail":"$.lines[0].quantity must be an integer","instance":"/v1/orders","#
      + #""code":"INVALID_ARGUMENT","reason":"WRONG_TYPE","requestId":"r-1","#
      + #""errors":[{"path":"$.lines[0].quantity","detail":"must be an integer"}]}"#
    #expect(body(problem) == golden)
  }
}
