import Foundation
import Logging
import Operations
import Testing

@Suite struct LineLogHandlerTests {
  private let sink = RecordingSink()

  private func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
    let handler = LineLogHandler(
      label: "orders.store", origin: LogOrigin(service: "orders", version: "9.9.9"),
      format: format, level: level, sink: sink,
      now: { UTCTime(microsecondsSince1970: 1_767_322_984_000_006) })
    return Logger(label: "orders.store") { _ in handler }
  }

  private func members() throws -> [String: Any] {
    let line = try #require(sink.lines.first)
    let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func `a JSON line is these bytes`() {
    var logger = logger(.json)
    logger[metadataKey: "requestId"] = "r-1"
    logger.warning(
      "slow", metadata: ["method": "orders.v1.Orders/GetOrder", "count": .stringConvertible(3)])
    #expect(
      sink.lines == [
        #"{"time":"2026-01-02T03:03:04.000006Z","level":"warning","logger":"orders.store","#
          + #""message":"slow","service":"orders","version":"9.9.9","count":3,"#
          + #""method":"orders.v1.Orders/GetOrder","requestId":"r-1"}"# + "\n"
      ])
  }

  @Test func `no input makes two lines or ends a string`() throws {
    let wicked =
      (0..<0x20).map { String(UnicodeScalar(UInt8($0))) }.joined()
      + "\"\\\u{7F}\u{85}\u{9B}\u{2028}\u{2029}😈</script>"
    logger(.json).info(
      "\(wicked)", metadata: ["\(wicked)": "\(wicked)", "list": ["\(wicked)", ["k\n": "v\r"]]])
    let line = try #require(sink.lines.first)
    #expect(sink.lines.count == 1)
    #expect(
      line.unicodeScalars.filter { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) } == ["\n"])
    #expect(!line.unicodeScalars.contains { $0.value == 0x2028 || $0.value == 0x2029 })
    let members = try members()
    #expect(members["message"] as? String == wicked)
    #expect(members[wicked] as? String == wicked)
    #expect((members["list"] as? [Any])?.first as? String == wicked)
  }

  @Test func `no input makes two lines of columns or moves the cursor`() throws {
    logger(.columns(coloured: false)).info(
      "a\nb\u{1B}[2J", metadata: ["k\r": "v\u{9B}1m", "n": ["x\n"]])
    let line = try #require(sink.lines.first)
    #expect(sink.lines.count == 1)
    #expect(
      line.unicodeScalars.filter { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) } == ["\n"])
    #expect(line.contains(#"a\nb\u001b[2J"#))
  }

  @Test func `metadata cannot replace what every line has`() throws {
    logger(.json).info("true", metadata: ["message": "forged", "level": "trace"])
    let members = try members()
    #expect(members["message"] as? String == "true")
    #expect(members["_message"] as? String == "forged")
    #expect(members["level"] as? String == "info")
  }

  @Test func `numbers that JSON cannot hold become text`() throws {
    logger(.json).info(
      "n", metadata: ["a": .stringConvertible(Double.nan), "b": .stringConvertible(0.5)])
    let members = try members()
    #expect(members["a"] as? String == "nan")
    #expect(members["b"] as? Double == 0.5)
  }

  @Test func `columns show time, level, logger, message and metadata`() {
    logger(.columns(coloured: false)).error("gone", metadata: ["peer": "a:1"])
    #expect(sink.lines == ["03:03:04.000006 error    orders.store     gone  peer=a:1\n"])
  }

  @Test func `only the level is coloured, and only when asked`() {
    logger(.columns(coloured: true)).error("gone")
    #expect(sink.lines == ["03:03:04.000006 \u{1B}[31merror   \u{1B}[0m orders.store     gone\n"])
  }

  @Test func `events below the level make no line`() {
    let logger = logger(.json, level: .warning)
    logger.info("no")
    logger.warning("yes")
    #expect(sink.lines.count == 1)
  }

  @Test(arguments: [
    (LogFormat.Choice.auto, true, false, LogFormat.columns(coloured: true)),
    (.auto, true, true, .columns(coloured: false)),
    (.auto, false, false, .json),
    (.json, true, false, .json),
    (.columns, false, false, .columns(coloured: false)),
    (.columns, true, false, .columns(coloured: true)),
    (.columns, true, true, .columns(coloured: false)),
  ])
  func `the form follows the terminal unless it is forced, and NO_COLOR removes colour`(
    choice: LogFormat.Choice, isTerminal: Bool, noColour: Bool, form: LogFormat
  ) {
    #expect(LogFormat(choice, isTerminal: isTerminal, noColour: noColour) == form)
  }
}
