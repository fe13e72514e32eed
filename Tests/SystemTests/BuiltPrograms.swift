import Foundation

/// Where the programs lie that were built with these tests.
enum BuiltPrograms {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Beside the test bundle, whatever the build's folder and configuration are called.
  static func path(_ name: String) throws -> String {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appending(path: name).path(percentEncoded: false)
      if FileManager.default.isExecutableFile(atPath: candidate), !isDirectory(candidate) {
        return candidate
      }
      folder = folder.deletingLastPathComponent()
    }
    let usual = root.appending(path: ".build/debug/\(name)").path(percentEncoded: false)
    guard FileManager.default.isExecutableFile(atPath: usual) else {
      throw SystemFailure("\(name) has not been built")
    }
    return usual
  }

  private static func isDirectory(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }
}

/// What went wrong around a test, as one sentence.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
