internal import Logging

/// An event on its way into its line.
struct LogLine {
  let time: UTCTime
  let level: Logger.Level
  let logger: String
  let message: String
  let origin: LogOrigin
  let metadata: Logger.Metadata

  /// Members every line has. Metadata of the same name gets an underscore in front, because a
  /// member given twice is read differently by different readers.
  private static let reserved: Set<String> = [
    "time", "level", "logger", "message", "service", "version",
  ]

  var json: [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(256)
    line.append(contentsOf: Array("{\"time\":\"".utf8))
    time.append(to: &line)
    line.append(UInt8(ascii: "\""))
    member("level", level.rawValue, to: &line)
    member("logger", logger, to: &line)
    member("message", message, to: &line)
    member("service", origin.service, to: &line)
    member("version", origin.version, to: &line)
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line.append(UInt8(ascii: ","))
      Self.append(string: Self.reserved.contains(name) ? "_" + name : name, to: &line)
      line.append(UInt8(ascii: ":"))
      Self.append(value, to: &line)
    }
    line.append(contentsOf: [UInt8(ascii: "}"), 0x0A])
    return line
  }

  /// `12:34:56.123456 warning  inventory.store  message  key=value`
  func columns(coloured: Bool) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(160)
    time.append(to: &line, timeOnly: true)
    line.append(UInt8(ascii: " "))
    if coloured { line.append(contentsOf: Array(colour.utf8)) }
    pad(level.rawValue, to: 8, in: &line)
    if coloured { line.append(contentsOf: Array("\u{1B}[0m".utf8)) }
    line.append(UInt8(ascii: " "))
    pad(logger, to: 16, in: &line)
    line.append(UInt8(ascii: " "))
    line.append(contentsOf: Array(LogText.oneLine(message).utf8))
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line.append(contentsOf: Array("  \(LogText.oneLine(name))=".utf8))
      line.append(contentsOf: Array(LogText.oneLine("\(value)").utf8))
    }
    line.append(0x0A)
    return line
  }

  private var colour: String {
    switch level {
    case .trace, .debug: "\u{1B}[2m"
    case .info: "\u{1B}[32m"
    case .notice: "\u{1B}[36m"
    case .warning: "\u{1B}[33m"
    case .error, .critical: "\u{1B}[31m"
    }
  }

  private func pad(_ text: String, to width: Int, in line: inout [UInt8]) {
    let bytes = Array(LogText.oneLine(text).utf8)
    line.append(contentsOf: bytes)
    line.append(contentsOf: repeatElement(0x20, count: max(0, width - bytes.count)))
  }

  private func member(_ name: String, _ value: String, to line: inout [UInt8]) {
    line.append(contentsOf: Array(",\"\(name)\":".utf8))
    Self.append(string: value, to: &line)
  }

  private static func append(string: String, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    LogText.appendEscaped(string, to: &line)
    line.append(UInt8(ascii: "\""))
  }

  private static func append(_ value: Logger.Metadata.Value, to line: inout [UInt8]) {
    switch value {
    case .string(let text): append(string: text, to: &line)
    case .stringConvertible(let number as Int): line.append(contentsOf: Array("\(number)".utf8))
    case .stringConvertible(let number as Double) where number.isFinite:
      line.append(contentsOf: Array("\(number)".utf8))
    case .stringConvertible(let flag as Bool): line.append(contentsOf: Array("\(flag)".utf8))
    case .stringConvertible(let other): append(string: other.description, to: &line)
    case .array(let values):
      line.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        append(value, to: &line)
      }
      line.append(UInt8(ascii: "]"))
    case .dictionary(let members):
      line.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        append(string: member.key, to: &line)
        line.append(UInt8(ascii: ":"))
        append(member.value, to: &line)
      }
      line.append(UInt8(ascii: "}"))
    }
  }
}
