/// The two forms of a log line.
public enum LogFormat: Sendable, Equatable {
  case json
  case columns(coloured: Bool)

  public enum Choice: String, SettingChoice {
    case auto, json, columns
  }

  /// - Parameter noColour: Whether `NO_COLOR` is set and not empty. (no-color.org)
  public init(_ choice: Choice, isTerminal: Bool, noColour: Bool) {
    self =
      switch choice {
      case .json: .json
      case .columns: .columns(coloured: isTerminal && !noColour)
      case .auto: isTerminal ? .columns(coloured: !noColour) : .json
      }
  }
}
