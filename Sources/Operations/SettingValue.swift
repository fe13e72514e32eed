/// What a setting can hold. The same text form is used by flags, variables and the file, so a value
/// can be moved from one to another unchanged.
public protocol SettingValue: Sendable {
  /// Nil when `text` is not of this form; the caller then prints `form`.
  init?(settingText text: String)
  var settingText: String { get }
  /// The allowed form in words, for example "a whole number".
  static var form: String { get }
  /// How help names the value, for example `duration`.
  static var placeholder: String { get }
}

extension Int: SettingValue {
  public init?(settingText text: String) {
    // `Int(_:)` alone would take "+5", and one number should have one spelling.
    guard text.first != "+", let value = Int(text) else { return nil }
    self = value
  }
  public var settingText: String { String(self) }
  public static var form: String { "a whole number" }
  public static var placeholder: String { "number" }
}

extension Bool: SettingValue {
  public init?(settingText text: String) {
    switch text {
    case "true": self = true
    case "false": self = false
    default: return nil
    }
  }
  public var settingText: String { self ? "true" : "false" }
  public static var form: String { "true or false" }
  public static var placeholder: String { "bool" }
}

extension String: SettingValue {
  public init?(settingText text: String) {
    // An empty variable is how a shell script says "not set" by mistake.
    guard !text.isEmpty else { return nil }
    self = text
  }
  public var settingText: String { self }
  public static var form: String { "a text that is not empty" }
  public static var placeholder: String { "text" }
}

/// A setting without a default: nil until somebody sets it.
extension Optional: SettingValue where Wrapped: SettingValue {
  public init?(settingText text: String) {
    guard let value = Wrapped(settingText: text) else { return nil }
    self = .some(value)
  }
  public var settingText: String { self?.settingText ?? "" }
  public static var form: String { Wrapped.form }
  public static var placeholder: String { Wrapped.placeholder }
}

/// A closed set of words. An enum of strings gets the conformance by naming it.
public protocol SettingChoice: SettingValue, CaseIterable, RawRepresentable<String> {}

extension SettingChoice {
  public init?(settingText text: String) { self.init(rawValue: text) }
  public var settingText: String { rawValue }
  public static var form: String {
    "one of " + allCases.map(\.rawValue).joined(separator: ", ")
  }
  public static var placeholder: String { allCases.map(\.rawValue).joined(separator: "|") }
}
