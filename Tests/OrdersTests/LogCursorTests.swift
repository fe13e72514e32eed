import Contracts
import Operations
import TestSupport
import Testing

@testable import Orders

/// Tokens come back from callers, who may have done anything to them.
@Suite struct LogCursorTests {
  private static func cursor(_ positions: [Int16: Int64]) -> LogCursor {
    LogCursor(LogHeads(positions))
  }

  @Test(
    arguments: [
      [:], [0: 1], [1: 1], [0: 1, 1: 2], [255: .max], [.max: 1, 0: 127, 1: 128, 300: 1 << 40],
    ] as [[Int16: Int64]])
  func `a token is read as what it was written from`(positions: [Int16: Int64]) throws {
    let cursor = Self.cursor(positions)
    #expect(try LogCursor(token: cursor.token) == cursor)
  }

  @Test func `a token of every stream there can be is taken`() throws {
    let positions = Dictionary(uniqueKeysWithValues: (Int16(0)...Int16.max).map { ($0, Int64.max) })
    let cursor = Self.cursor(positions)
    #expect(try LogCursor(token: cursor.token) == cursor)
  }

  @Test func `every cut and every changed character is refused`() throws {
    let token = Self.cursor([3: 70_000, 9: 2]).token
    for count in 0..<token.count {
      #expect(throws: LogCursor.invalid) { try LogCursor(token: String(token.prefix(count))) }
    }
    let characters = Array(token)
    for index in characters.indices {
      var changed = characters
      changed[index] = changed[index] == "0" ? "1" : "0"
      #expect(throws: LogCursor.invalid) { try LogCursor(token: String(changed)) }
    }
    #expect(throws: LogCursor.invalid) { try LogCursor(token: token + "00") }
    #expect(throws: LogCursor.invalid) { try LogCursor(token: "☕️") }
  }

  @Test func `a token of a list is none of a watch`() {
    var list = CanonicalBytes()
    list.string("orders.v1.ListOrders")
    let token = PageToken.seal([1, 3, 1], for: list)
    #expect(throws: LogCursor.invalid) { try LogCursor(token: token) }
  }

  /// Sealed as ours are, so that only what is inside can be wrong.
  @Test(
    arguments: [
      [], [2], [1, 3], [1, 3, 0], [1, 3, 0x80], [1, 3, 1, 0, 1], [1, 3, 1, 4],
      [1, 0xFF, 0xFF, 3, 1],  // 65535 is no stream.
      [1] + Array(repeating: 0xFF, count: 9) + [1, 1], [1, 3] + Array(repeating: 0xFF, count: 10),
    ] as [[UInt8]])
  func `what no watch writes is refused though its checksum is right`(bytes: [UInt8]) {
    var name = CanonicalBytes()
    name.string("orders.v1.WatchOrders")
    let token = PageToken.seal(bytes, for: name)
    #expect(throws: LogCursor.invalid) { try LogCursor(token: token) }
  }

  @Test func `any bytes under a right checksum are read or refused`() throws {
    var name = CanonicalBytes()
    name.string("orders.v1.WatchOrders")
    var random = SeededRandom(seed: 11)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...12, using: &random)
      let bytes = [1] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      guard let cursor = try? LogCursor(token: PageToken.seal(bytes, for: name)) else { continue }
      #expect(try LogCursor(token: cursor.token) == cursor)
    }
  }

  @Test func `a cursor is within heads that have all it has heard of`() {
    let cursor = Self.cursor([1: 5, 2: 1])
    #expect(cursor.isWithin(LogHeads([1: 5, 2: 1])))
    #expect(cursor.isWithin(LogHeads([1: 9, 2: 1, 7: 1])))
    #expect(!cursor.isWithin(LogHeads([1: 4, 2: 1])))
    #expect(!cursor.isWithin(LogHeads([1: 5])))
    #expect(LogCursor().isWithin(LogHeads()))
  }
}
