import Contracts
import Testing
import Wire

/// Members of a oneof that come together: the last stands, and the same one twice is merged.
@Suite struct OneofTests {
  private static func extensionRequest(_ type: String, _ number: Int32) -> [UInt8] {
    var request = ExtensionRequest()
    request.containingType = type
    request.extensionNumber = number
    return ReflectionRequest(.fileContainingExtension(request)).wireBytes
  }

  @Test func `of several members the one seen last stands`() throws {
    let queries: [ReflectionRequest.Query] = [
      .fileByFilename("a.proto"), .fileContainingSymbol("a.B"), .allExtensionNumbersOfType("a.C"),
      .listServices(""), .fileContainingExtension(ExtensionRequest()),
    ]
    for first in queries {
      for last in queries {
        let bytes = ReflectionRequest(first).wireBytes + ReflectionRequest(last).wireBytes
        #expect(try ReflectionRequest(wireBytes: bytes).query == last)
      }
    }
  }

  @Test func `a message that is the same member twice is merged field by field`() throws {
    let both = try ReflectionRequest(
      wireBytes: Self.extensionRequest("a.B", 0) + Self.extensionRequest("", 7))
    #expect(both.wireBytes == Self.extensionRequest("a.B", 7))
    let apart = try ReflectionRequest(
      wireBytes: Self.extensionRequest("a.B", 0) + ReflectionRequest(.listServices("")).wireBytes
        + Self.extensionRequest("", 7))
    #expect(
      apart.wireBytes == Self.extensionRequest("", 7), "another member came between the two")
  }

  @Test func `answers follow the same rule`() throws {
    let request = ReflectionRequest(.listServices(""))
    func bytes(_ answers: ReflectionResponse.Answer...) -> [UInt8] {
      answers.flatMap { ReflectionResponse($0, to: request).wireBytes }
    }
    func read(_ bytes: [UInt8]) throws -> ReflectionResponse.Answer? {
      try ReflectionResponse(wireBytes: bytes).answer
    }
    #expect(
      try read(bytes(.services(["a"]), .services(["b"]))) == .services(["a", "b"]))
    #expect(try read(bytes(.files([[1]]), .files([[2]]))) == .files([[1], [2]]))
    #expect(
      try read(bytes(.failure(code: 5, message: ""), .failure(code: 0, message: "m")))
        == .failure(code: 5, message: "m"))
    #expect(try read(bytes(.services(["a"]), .files([[2]]))) == .files([[2]]))
  }
}
