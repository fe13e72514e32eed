/// Which calls get a line in the log.
public enum AccessLog {
  public enum Choice: String, SettingChoice {
    case errors, all, off
  }
}
