/// How many replicas of a service write at a time.
public enum WriterMode: String, SettingChoice {
  /// All of them, each reading before it answers.
  case shared
  /// One, which answers from memory; the others take over when it ends.
  case sole
}
