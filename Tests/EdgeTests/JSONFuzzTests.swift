import Contracts
import Testing

@testable import Edge

/// Whatever bytes a body has, reading it gives a message or an error; a trap would end the run.
@Suite struct JSONFuzzTests {
  static let order =
    Array(
      #"{"customerId":"c-\u00e91","currency":"EUR","lines":[{"sku":"A\ud83d\ude00","quantity":2},"#
        .utf8
    ) + Array(#" {"sku":"é€","quantity":1000000}],"requestId":null}"#.utf8)
  static let adjustment =
    Array(
      #"{"delta":-9007199254740991,"reason":"r","reference":"PO-7","#.utf8
    ) + Array(#""unitPrice":{"currency":"EUR","minorUnits":0}}"#.utf8)

  /// Reads both ways and says whether the error, if any, is one that a client can be told.
  private func survives(_ bytes: [UInt8]) -> Bool {
    var isFine = true
    do throws(InputError) {
      _ = try OrderJSON.placement(bytes, key: nil)
    } catch {
      isFine = isFine && error.path.hasPrefix("$") && !error.detail.isEmpty
    }
    do throws(InputError) {
      _ = try StockJSON.adjustment(bytes, sku: "A", actor: "t")
    } catch {
      isFine = isFine && error.path.hasPrefix("$") && !error.detail.isEmpty
    }
    return isFine
  }

  @Test(arguments: [order, adjustment])
  func `every prefix of a good body is malformed`(body: [UInt8]) {
    for length in 0..<body.count {
      let prefix = Array(body.prefix(length))
      #expect(survives(prefix))
      var scanner = JSONScanner(prefix)
      #expect(throws: InputError.self) { try scanner.scanText(depthMax: 16) }
    }
  }

  @Test(arguments: [order, adjustment])
  func `every flipped bit of a good body is read or refused`(body: [UInt8]) {
    for index in body.indices {
      for bit in 0..<8 {
        var flipped = body
        flipped[index] ^= 1 << UInt8(bit)
        #expect(survives(flipped))
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `random damage to a good body is read or refused`(seed: UInt64) {
    var random = SeededRandom(seed)
    let tokens = [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "null", "-", "1e9", "\u{0}", "é", "lines",
    ].map { Array($0.utf8) }
    for _ in 0..<4000 {
      var bytes = Bool.random(using: &random) ? Self.order : Self.adjustment
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 0...8, using: &random))
        let token = tokens[Int.random(in: tokens.indices, using: &random)]
        bytes.replaceSubrange(at..<end, with: token)
      }
      #expect(survives(bytes))
    }
  }
}

/// SplitMix64: the same numbers for the same seed, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
