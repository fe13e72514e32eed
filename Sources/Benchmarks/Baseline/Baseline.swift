import Foundation

/// What one call takes, counted. `Baseline.json` has what it took when that was last written down.
struct Baseline: Codable {
  /// Blocks of memory that client session and server ask for together.
  var allocationsPerCall: Double
  var allocatedBytesPerCall: Double
  var instructionsPerCall: Double

  /// The folder of the package this program was built from.
  static let packageFolder = folder.deletingLastPathComponent().deletingLastPathComponent()
  /// The folder of this module.
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let file = folder.appending(path: "Baseline.json")

  static func read() throws -> Baseline {
    do {
      return try JSONDecoder().decode(Baseline.self, from: Data(contentsOf: file))
    } catch {
      throw BenchFailure("Baseline.json holds no counts; bench baseline --write puts them there")
    }
  }

  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try (try encoder.encode(self) + Data("\n".utf8)).write(to: Self.file)
  }
}
