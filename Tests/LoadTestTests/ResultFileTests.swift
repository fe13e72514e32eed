import Foundation
import Testing

@testable import LoadTest

@Suite struct ResultFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "/loadtest-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `a file is written whole in place of the old one and leaves no other behind`() throws {
    try withFolder { folder in
      try ResultFile.write("old and longer", to: folder + "/result.json")
      try ResultFile.write("new", to: folder + "/result.json")
      #expect(try ResultFile.read(folder + "/result.json", limit: 3) == Array("new".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["result.json"])
    }
  }

  @Test func `a file that cannot be written is exit 74 and named`() throws {
    try withFolder { folder in
      let path = folder + "/missing/result.json"
      #expect {
        try ResultFile.write("x", to: path)
      } throws: { error in
        let error = error as? LoadError
        return error?.exitCode == 74 && error?.description.contains(path) == true
      }
    }
  }

  @Test func `a file longer than the limit or absent is refused`() throws {
    try withFolder { folder in
      try ResultFile.write("four", to: folder + "/a")
      #expect(throws: LoadError.self) { try ResultFile.read(folder + "/a", limit: 3) }
      #expect {
        try ResultFile.read(folder + "/b", limit: 3)
      } throws: {
        ($0 as? LoadError)?.exitCode == 64
      }
    }
  }
}
