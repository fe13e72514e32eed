internal import Configuration

/// One place settings come from: a swift-configuration provider, and how to name a value of it.
struct SettingsSource {
  struct Found: Equatable {
    let text: String
    let source: Settings.Source
  }

  private let provider: any ConfigProvider
  private let origin: @Sendable (String) -> Settings.Source

  init(flags: [String: String], keys: [String]) {
    let texts = keys.compactMap { key in flags[key].map { (key, $0) } }
    provider = Self.provider(named: "flags", of: texts)
    origin = { .flag(SettingName.flag(of: $0)) }
  }

  init(environment: [String: String]) {
    provider = EnvironmentVariablesProvider(environmentVariables: environment)
      .prefixKeys(with: "orderly")
    origin = { .variable(SettingName.variable(of: $0)) }
  }

  init(file: SettingsFile, path: String) {
    provider = Self.provider(named: path, of: file.entries.map { ($0.key, $0.text) })
    let positions = Dictionary(file.entries.map { ($0.key, $0.position) }) { first, _ in first }
    origin = {
      let position = positions[$0] ?? TextPosition(line: 1, column: 1)
      return .file(path: path, line: position.line, column: position.column)
    }
  }

  private static func provider(
    named name: String, of texts: [(key: String, text: String)]
  ) -> InMemoryProvider {
    let values = texts.map {
      (AbsoluteConfigKey(ConfigKey($0.key)), ConfigValue(.string($0.text), isSecret: false))
    }
    return InMemoryProvider(
      name: name, values: Dictionary(values, uniquingKeysWith: { first, _ in first }))
  }

  /// The text given for `key` here, or nil. All values are held as strings, so that a provider
  /// never judges their form: that is the row's work, which knows what to say when it is wrong.
  func text(of key: String) -> Found? {
    let found = try? provider.value(forKey: AbsoluteConfigKey(ConfigKey(key)), type: .string)
    guard case .string(let text)? = found?.value?.content else { return nil }
    return Found(text: text, source: origin(key))
  }
}
