internal import Foundation

/// Which tool made a result.
public enum ToolVersion {
  public static let version = "0.1.0"

  /// The commit it was built from, as the build image says it in `ORDERLY_COMMIT`; nil elsewhere,
  /// because a program cannot know it of itself.
  public static var commit: String? {
    let commit = ProcessInfo.processInfo.environment["ORDERLY_COMMIT"]
    return commit.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What `--version` prints.
  public static var text: String { "rpcload \(version)" + (commit.map { " (\($0))" } ?? "") }
}
