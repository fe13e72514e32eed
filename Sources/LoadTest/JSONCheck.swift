/// Whether bytes are one whole JSON object (RFC 8259), told byte by byte as they come, without
/// keeping any: a right answer costs no allocation, and a cut one is found out.
///
///     value ──▶ string, number, word ──▶ after ──,──▶ value or name
///       │                                  │ ▲
///       └── { or [ : one level down        └─┴── } or ] : one level up
struct JSONCheck: Sendable {
  private enum State: Equatable {
    case value
    /// Behind `[`, where `]` may follow too.
    case valueOrEnd
    case name
    /// Behind `{`, where `}` may follow too.
    case nameOrEnd
    case colon
    case after
    case string
    case escape
    /// Digits of `\u` still to come.
    case hex(Int)
    /// One of `true`, `false` and `null`, and the place in it.
    case word(Int, Int)
    case minus
    case zero
    case digits
    case point
    case fraction
    case exponent
    case exponentSign
    case exponentDigits
    case broken
  }

  private var state = State.value
  private var depth = 0
  /// A bit for each level, set where it is an object.
  private var objects: UInt64 = 0
  private var isName = false

  /// As many levels as there are bits; the edge's answers have four.
  static let depthMax = 64

  private static let words = ["true", "false", "null"].map { Array($0.utf8) }

  /// The object has ended, and nothing but white space came after it.
  var isWhole: Bool { state == .after && depth == 0 }

  mutating func take(_ byte: UInt8) {
    switch state {
    case .string: takeInString(byte)
    case .escape: takeEscape(byte)
    case .hex(let left): takeHex(byte, left)
    case .word(let word, let place): takeWord(byte, word, place)
    case .minus, .zero, .digits, .point, .fraction, .exponent, .exponentSign, .exponentDigits:
      takeNumber(byte)
    case .value, .valueOrEnd, .name, .nameOrEnd, .colon, .after: takeStructure(byte)
    case .broken: break
    }
  }

  private mutating func takeStructure(_ byte: UInt8) {
    switch (byte, state) {
    case (0x20, _), (0x09, _), (0x0A, _), (0x0D, _): break
    case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .valueOrEnd): open(isObject: true)
    case (_, .value) where depth == 0: state = .broken
    case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .valueOrEnd): open(isObject: false)
    case (UInt8(ascii: "]"), .valueOrEnd), (UInt8(ascii: "}"), .nameOrEnd): close()
    case (_, .value), (_, .valueOrEnd): begin(byte)
    case (UInt8(ascii: "\""), .name), (UInt8(ascii: "\""), .nameOrEnd):
      isName = true
      state = .string
    case (UInt8(ascii: ":"), .colon): state = .value
    case (UInt8(ascii: ","), .after) where depth > 0: state = isInObject ? .name : .value
    case (UInt8(ascii: "}"), .after) where depth > 0 && isInObject: close()
    case (UInt8(ascii: "]"), .after) where depth > 0 && !isInObject: close()
    default: state = .broken
    }
  }

  private var isInObject: Bool { objects >> UInt64(max(0, depth - 1)) & 1 == 1 }

  private mutating func open(isObject: Bool) {
    guard depth < Self.depthMax else { return state = .broken }
    let bit: UInt64 = 1 << UInt64(depth)
    objects = isObject ? objects | bit : objects & ~bit
    depth += 1
    state = isObject ? .nameOrEnd : .valueOrEnd
  }

  private mutating func close() {
    depth -= 1
    state = .after
  }

  private mutating func begin(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""):
      isName = false
      state = .string
    case UInt8(ascii: "-"): state = .minus
    case UInt8(ascii: "0"): state = .zero
    case UInt8(ascii: "1")...UInt8(ascii: "9"): state = .digits
    default:
      let word = Self.words.firstIndex { $0.first == byte }
      state = word.map { .word($0, 1) } ?? .broken
    }
  }

  private mutating func takeWord(_ byte: UInt8, _ word: Int, _ place: Int) {
    let letters = Self.words[word]
    guard letters[place] == byte else { return state = .broken }
    state = place + 1 == letters.count ? .after : .word(word, place + 1)
  }

  // MARK: Strings

  private mutating func takeInString(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): state = isName ? .colon : .after
    case UInt8(ascii: "\\"): state = .escape
    case ..<0x20: state = .broken
    default: break
    }
  }

  private mutating func takeEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "u"): state = .hex(4)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      state = .string
    default: state = .broken
    }
  }

  private mutating func takeHex(_ byte: UInt8, _ left: Int) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      state = left == 1 ? .string : .hex(left - 1)
    default: state = .broken
    }
  }

  // MARK: Numbers

  private mutating func takeNumber(_ byte: UInt8) {
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    switch (state, byte) {
    case (.minus, UInt8(ascii: "0")): state = .zero
    case (.minus, _) where isDigit: state = .digits
    case (.digits, _) where isDigit: break
    case (.zero, UInt8(ascii: ".")), (.digits, UInt8(ascii: ".")): state = .point
    case (.point, _) where isDigit, (.fraction, _) where isDigit: state = .fraction
    case (.zero, UInt8(ascii: "e")), (.zero, UInt8(ascii: "E")), (.digits, UInt8(ascii: "e")),
      (.digits, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "e")),
      (.fraction, UInt8(ascii: "E")):
      state = .exponent
    case (.exponent, UInt8(ascii: "+")), (.exponent, UInt8(ascii: "-")): state = .exponentSign
    case (.exponent, _) where isDigit, (.exponentSign, _) where isDigit,
      (.exponentDigits, _) where isDigit:
      state = .exponentDigits
    case (.zero, _) where !isDigit, (.digits, _), (.fraction, _), (.exponentDigits, _):
      // A number has no end of its own: whatever cannot belong to it comes after it.
      state = .after
      takeStructure(byte)
    default: state = .broken
    }
  }
}
