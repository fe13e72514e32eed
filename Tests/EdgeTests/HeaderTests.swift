import Testing

@testable import Edge

@Suite struct HeaderTests {
  @Test(
    arguments: [
      ([], true), (["application/json"], true), (["*/*"], true), (["application/*"], true),
      (["APPLICATION/JSON"], true), (["text/html, application/json;q=0.1"], true),
      (["text/html", "*/*;q=0.001"], true), (["application/json ; charset=utf-8"], true),
      (["application/json;q=1.000"], true), (["text/html"], false), (["application/xml"], false),
      (["application/problem+json"], false), (["application/json;q=0"], false),
      (["application/json;q=0.000"], false), (["*/*;q=0"], false),
      (["application/json;q=0, */*"], false), (["application/*;q=0, */*;q=1"], false),
      (["application/json;q=0.5, application/*;q=0"], true), ([""], false), (["json"], false),
      (["application/json;q=2"], false), (["application/json;q=0.0001"], false),
      (["application/json;q="], false), (["/json"], false), (["text/event-stream"], false),
    ] as [([String], Bool)])
  func `the closest media range decides whether JSON is accepted`(lines: [String], takes: Bool) {
    #expect(MediaRange.acceptsJSON(lines) == takes)
  }

  @Test(
    arguments: [
      (["application/json"], true), (["Application/JSON; Charset=UTF-8"], true),
      (["application/json;charset=\"utf-8\""], true), ([], false), ([""], false),
      (["text/plain"], false), (["application/json; charset=latin1"], false),
      (["application/json; version=1"], false), (["application/jsonx"], false),
      (["application/json;"], false), (["application/json", "application/json"], false),
      (["application/problem+json"], false), (["application/json, application/json"], false),
    ] as [([String], Bool)])
  func `a body's type is JSON in UTF-8 and nothing else`(lines: [String], isJSON: Bool) {
    #expect(ContentType.isJSON(lines) == isJSON)
  }

  @Test(
    arguments: [
      ([], true), (["identity"], true), (["IDENTITY, identity"], true), (["gzip"], false),
      (["identity, gzip"], false), (["identity", "br"], false),
    ] as [([String], Bool)])
  func `a body's coding is identity`(lines: [String], isIdentity: Bool) {
    #expect(ContentType.isIdentity(contentEncoding: lines) == isIdentity)
  }

  @Test(arguments: [
    ("k1", "k1"), ("\"k1\"", "k1"), (" k1\t", "k1"), ("k\"1", "k\"1"), (#""k\"\\1""#, #"k"\1"#),
    (String(repeating: "k", count: 128), String(repeating: "k", count: 128)),
  ])
  func `a key is the same with and without quotes`(line: String, key: String) throws {
    #expect(try IdempotencyKey.read([line]) == key)
  }

  @Test(arguments: [
    "", "\"\"", "\"k1", "\"", "\"k\"1\"", #""k\n""#, #""k\"#, "k 1", "k\u{7F}", "ké",
    String(repeating: "k", count: 129),
  ])
  func `a malformed key is refused`(line: String) {
    let expected = InputError(
      .invalidValue, at: "header.Idempotency-Key", "must be 1 to 128 visible ASCII characters")
    #expect(throws: expected) { try IdempotencyKey.read([line]) }
  }

  @Test func `two lines of keys and two different keys are a mismatch`() throws {
    #expect(try IdempotencyKey.read([]) == nil)
    #expect(throws: InputError.self) { try IdempotencyKey.read(["k", "k"]) }
    #expect(try IdempotencyKey.agree(header: "k", body: "k") == "k")
    #expect(try IdempotencyKey.agree(header: "k", body: nil) == "k")
    #expect(try IdempotencyKey.agree(header: nil, body: "k") == "k")
    #expect(try IdempotencyKey.agree(header: nil, body: nil) == nil)
    do throws(InputError) {
      _ = try IdempotencyKey.agree(header: "k", body: "l")
      Issue.record("two keys agreed")
    } catch {
      #expect(error.reason == .idempotencyKeyMismatch)
    }
  }

  @Test(
    arguments: [
      ("1H", .seconds(3600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
      ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("0S", .zero),
      ("99999999H", .seconds(359_999_996_400)), ("00000001S", .seconds(1)),
    ] as [(String, Duration)])
  func `a gRPC timeout is up to eight digits and a unit`(text: String, time: Duration) {
    #expect(TimeoutHeader.parseGRPC(text) == time)
  }

  @Test(arguments: [
    "", "S", "1", "1s", "1h", "-1S", "+1S", "1.5S", "123456789S", "1 S", "1SS", "١S",
  ])
  func `what is no gRPC timeout is refused`(text: String) {
    #expect(TimeoutHeader.parseGRPC(text) == nil)
  }

  @Test(
    arguments: [
      ("1.5", .milliseconds(1500)), ("0", .zero), ("10", .seconds(10)),
      ("0.000000001", .nanoseconds(1)),
      ("999999999", .seconds(999_999_999)),
    ] as [(String, Duration)])
  func `decimal seconds are read exactly`(text: String, time: Duration) {
    #expect(TimeoutHeader.parseSeconds(text) == time)
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.5.5", "0.0000000001", "1000000000", "1s",
    "inf",
  ])
  func `what is no number of seconds is refused`(text: String) {
    #expect(TimeoutHeader.parseSeconds(text) == nil)
  }

  @Test func `the smaller timeout wins and a repeated one is refused`() throws {
    #expect(try TimeoutHeader.read(grpc: ["1S"], seconds: ["0.5"]) == .milliseconds(500))
    #expect(try TimeoutHeader.read(grpc: ["100m"], seconds: ["0.5"]) == .milliseconds(100))
    #expect(try TimeoutHeader.read(grpc: [], seconds: []) == nil)
    let expected = InputError(.invalidValue, at: "header.Grpc-Timeout", "is not a timeout")
    #expect(throws: expected) { try TimeoutHeader.read(grpc: ["1S", "1S"], seconds: []) }
  }

  @Test(arguments: [
    ("a", true), ("A.b_c-9", true), ("", false), ("a b", false), ("é", false),
    ("a\r\nX: y", false), (String(repeating: "a", count: 128), true),
    (String(repeating: "a", count: 129), false),
  ])
  func `a request id is kept when it can stand anywhere`(text: String, isKept: Bool) {
    #expect((RequestID.choose([text]) == text) == isKept)
    #expect(RequestID.choose([text, text]) != text)
  }

  @Test func `a new request id is a UUID of version 7`() {
    let golden = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    let id = RequestID.make(
      milliseconds: 0x017F_22E2_79B0, random: 0xFFFF_FFFF_FFFF_FCC3, 0x18C4_DC0C_0C07_398F)
    #expect(id == golden)
    #expect(RequestID.choose([]) != RequestID.choose([]))
  }

  @Test(
    arguments: [
      ([], false), (["\"3\""], true), (["W/\"3\""], true), (["*"], true), (["\"2\", \"3\""], true),
      (["\"2\"", "\"3\""], true), (["3"], false), (["\"33\""], false),
    ] as [([String], Bool)])
  func `tags are compared weakly`(lines: [String], matches: Bool) {
    #expect(EntityTag.matches(ifNoneMatch: lines, EntityTag.strong(3)) == matches)
  }
}
