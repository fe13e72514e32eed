import Foundation
import Testing

@testable import LoadTest

/// The reader of bodies that nobody keeps: what is whole, and what only looks so.
@Suite struct JSONCheckTests {
  private func isWhole(_ bytes: some Sequence<UInt8>) -> Bool {
    var check = JSONCheck()
    for byte in bytes { check.take(byte) }
    return check.isWhole
  }

  static let document =
    #"{"a":[{"b":-0.5e+10,"c":"x\"\\\/\b\u00e9"},[],{},true,false,null,0,12],"#
    + #""d":{"e":""}, "f" : 1 }"#

  @Test func `a document is whole at its end and at no byte before`() {
    let bytes = Array(Self.document.utf8)
    for length in 0..<bytes.count { #expect(!isWhole(bytes[..<length]), "\(length)") }
    #expect(isWhole(bytes))
    #expect(isWhole(bytes + Array(" \r\n\t".utf8)))
  }

  @Test(arguments: [
    "{}", #"{"a":0}"#, #"{"a":-1.25E-3}"#, #"{"a":[1,2,[3]]}"#, " {\"a\" :\t\"\u{7F}é\"} ",
    #"{"a":"\uD83D\uDE00"}"#,
  ])
  func `what the grammar allows is whole`(text: String) {
    #expect(isWhole(text.utf8))
  }

  @Test(arguments: [
    "", " ", "[]", "1", "null", "\"a\"", "{", "}", "{}}", "{}{}", "{},", "{a:1}", #"{"a"}"#,
    #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#,
    #"{"a":[1}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#, #"{"a":-}"#,
    #"{"a":1e}"#, #"{"a":1e+}"#, #"{"a":tru}"#, #"{"a":truee}"#, #"{"a":"\x"}"#,
    #"{"a":"\u12G4"}"#, "{\"a\":\"\n\"}", "<html></html>", "{\"a\":1}<",
  ])
  func `what the grammar forbids is not`(text: String) {
    #expect(!isWhole(text.utf8))
  }

  @Test func `levels are counted up to their limit and not beyond`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "{\"a\":", count: depth - 1) + "{}"
        + String(repeating: "}", count: depth - 1)
    }
    #expect(isWhole(nested(JSONCheck.depthMax).utf8))
    #expect(!isWhole(nested(JSONCheck.depthMax + 1).utf8))
    let arrays = "{\"a\":" + String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(isWhole((arrays + "}").utf8))
    #expect(!isWhole((arrays.dropLast() + "}").utf8))
  }

  /// The documents that differ in a byte from a right one, judged by another reader too.
  @Test func `another reader of JSON agrees on every changed byte`() {
    let bytes = Array(#"{"a":[{"b":-0.5e+10},true,null,12],"d":{"e":"x\n"}}"#.utf8)
    for place in bytes.indices {
      for byte in Array(#"{}[]:,"\-+.0e1tn x"#.utf8) {
        var changed = bytes
        changed[place] = byte
        let text = String(decoding: changed, as: UTF8.self)
        // The other one lets a comma before an end pass, which the grammar does not.
        if text.contains(",}") || text.contains(",]") { continue }
        let object = try? JSONSerialization.jsonObject(with: Data(changed))
        #expect(isWhole(changed) == (object is [String: Any]), "\(text)")
      }
    }
  }
}
