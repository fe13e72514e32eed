/// Reads one JSON text (RFC 8259, I-JSON's strictness) against a schema that the caller spells out.
///
/// The whole text is checked before the first value is handed out, so a syntax error anywhere wins
/// over an offence against the schema, and reading afterwards meets only well-formed text. Reading
/// is by bytes: that is what lets it see repeated members, `1.0` in place of `1`, and offsets.
struct JSONReader: Sendable {
  /// Objects and arrays inside each other; the schemas here need three.
  static let depthMax = 16

  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) throws(InputError) {
    var scanner = JSONScanner(bytes)
    try scanner.scanText(depthMax: Self.depthMax)
    self.bytes = bytes
  }

  /// Reads an object whose members all stand in `names`, each at most once, and calls `read` for
  /// each with the cursor at its value. Errors come out with the member's name before their path.
  mutating func object(
    _ names: [String],
    _ read: (String, inout JSONReader) throws(InputError) -> Void
  ) throws(InputError) {
    guard take(UInt8(ascii: "{")) else { throw wrongType("an object") }
    var seen: UInt64 = 0
    while !take(UInt8(ascii: "}")) {
      _ = take(UInt8(ascii: ","))
      skipWhitespace()
      let name = stringContent()
      _ = take(UInt8(ascii: ":"))
      guard let index = names.firstIndex(of: name), index < UInt64.bitWidth else {
        throw InputError(.unknownField, at: ".\(name)", "is not a member of this object")
      }
      let bit: UInt64 = 1 << UInt64(index)
      guard seen & bit == 0 else {
        throw InputError(.duplicateField, at: ".\(name)", "is given more than once")
      }
      seen |= bit
      do {
        try read(name, &self)
      } catch {
        throw error.inside(".\(name)")
      }
    }
  }

  /// Reads an array of `count` elements; a wrong count is told before the first element past it.
  mutating func array(
    count: ClosedRange<Int>, _ read: (inout JSONReader) throws(InputError) -> Void
  ) throws(InputError) {
    guard take(UInt8(ascii: "[")) else { throw wrongType("an array") }
    let wrongCount = InputError(
      .valueOutOfRange, at: "",
      "must have from \(count.lowerBound) to \(count.upperBound) entries")
    var index = 0
    while !take(UInt8(ascii: "]")) {
      guard index < count.upperBound else { throw wrongCount }
      _ = take(UInt8(ascii: ","))
      do {
        try read(&self)
      } catch {
        throw error.inside("[\(index)]")
      }
      index += 1
    }
    guard index >= count.lowerBound else { throw wrongCount }
  }

  /// Takes `null`, which stands for a member that is not there.
  mutating func takeNull() -> Bool {
    skipWhitespace()
    guard peek() == UInt8(ascii: "n") else { return false }
    skipLiteral()
    return true
  }

  mutating func string() throws(InputError) -> String {
    skipWhitespace()
    guard peek() == UInt8(ascii: "\"") else { throw wrongType("a string") }
    return stringContent()
  }

  /// An integer in the one form `0|-?[1-9][0-9]*`: no fraction, exponent, `-0`, leading zero or
  /// quotes, although JSON's grammar has most of them, because each is a client's mistake.
  mutating func integer(in bound: ClosedRange<Int64>) throws(InputError) -> Int64 {
    skipWhitespace()
    let start = offset
    while let byte = peek(), Self.isNumberByte(byte) { offset += 1 }
    let token = bytes[start..<offset]
    guard let digits = Self.integerDigits(token) else { throw wrongType("an integer") }
    let isNegative = digits.startIndex > token.startIndex
    var value: Int64 = 0
    for digit in digits {
      let (tens, timesOverflow) = value.multipliedReportingOverflow(by: 10)
      let unit = Int64(digit &- UInt8(ascii: "0"))
      let (sum, overflow) =
        isNegative ? tens.subtractingReportingOverflow(unit) : tens.addingReportingOverflow(unit)
      guard !timesOverflow, !overflow else { throw .outOfRange(at: "", bound) }
      value = sum
    }
    guard bound.contains(value) else { throw .outOfRange(at: "", bound) }
    return value
  }

  private static func integerDigits(_ token: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let isNegative = token.first == UInt8(ascii: "-")
    let digits = isNegative ? token.dropFirst() : token
    guard let first = digits.first, digits.allSatisfy({ isDigit($0) }) else { return nil }
    let isZero = first == UInt8(ascii: "0")
    guard !isZero || (digits.count == 1 && !isNegative) else { return nil }
    return digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || "+-.eE".utf8.contains(byte)
  }

  private func wrongType(_ expected: String) -> InputError {
    InputError(.wrongType, at: "", "must be \(expected)")
  }

  private func peek() -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipWhitespace()
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), JSONScanner.isWhitespace(byte) { offset += 1 }
  }

  private mutating func skipLiteral() {
    while let byte = peek(), (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { offset += 1 }
  }

  /// The string at the cursor. The scanner has accepted it, so every escape in it is whole.
  private mutating func stringContent() -> String {
    guard peek() == UInt8(ascii: "\"") else { return "" }
    let start = offset + 1
    var end = start
    var hasEscape = false
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      if bytes[end] == UInt8(ascii: "\\") {
        hasEscape = true
        end += 1
      }
      end += 1
    }
    end = min(end, bytes.count)
    offset = min(end + 1, bytes.count)
    let raw = bytes[start..<max(start, end)]
    return hasEscape ? JSONScanner.unescape(raw) : String(decoding: raw, as: UTF8.self)
  }
}
