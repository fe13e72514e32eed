internal import Configuration

/// Reads the settings of a process from flags, environment, file and defaults, in this order, and
/// reports everything that is wrong with them at once.
public struct SettingsReader {
  private let table: SettingsTable
  private let program: Program
  private let flags: [String: String]
  private let environment: [String: String]
  private let files: any TextFiles

  private var problems: [SettingsError.Problem] = []
  private var warnings: [String] = []
  private var resolved: [String: Settings.Resolved] = [:]
  private var sources: [SettingsSource] = []

  /// - Parameters:
  ///   - flags: Texts by key (`edge.port`), as the command line gave them; the path of the
  ///     configuration file stands under `configFile`.
  ///   - environment: The whole environment, foreign variables included.
  public init(
    table: SettingsTable = SettingsTable(), program: Program, flags: [String: String],
    environment: [String: String], files: any TextFiles = LocalTextFiles()
  ) {
    self.table = table
    self.program = program
    self.flags = flags
    self.environment = environment
    self.files = files
  }

  /// The key under which `flags` carries `--config-file`.
  public static let configFileKey = "configFile"

  public consuming func settings() throws(SettingsError) -> Settings {
    collectSources()
    warnAboutUnknownVariables()
    for row in table.rows { resolve(row) }
    let settings = Settings(
      program: program, table: table, resolved: resolved, warnings: warnings)
    // Rules between settings speak about values; with a broken value they would mislead.
    if problems.isEmpty { problems = SettingsRules.problems(of: settings) }
    guard problems.isEmpty else { throw SettingsError(problems) }
    return settings
  }

  private mutating func collectSources() {
    sources = [
      SettingsSource(flags: flags, keys: keys), SettingsSource(environment: environment),
    ]
    let named: (path: String, source: String)? =
      if let path = flags[Self.configFileKey] {
        (path, "flag \(SettingName.configFileFlag)")
      } else if let path = environment[SettingName.configFileVariable] {
        (path, "env \(SettingName.configFileVariable)")
      } else {
        nil
      }
    let path = named?.path ?? "./orderly.json"
    do throws(TextFileError) {
      let bytes = try files.read(path, bytesMax: SettingsFile.bytesMax)
      add(file: bytes, at: path)
    } catch {
      // Only the file nobody named may be absent; one that is there and cannot be read is a fault.
      if named == nil, error.reason == .absent { return }
      problems.append(
        SettingsError.Problem(
          key: "", source: named?.source ?? "the working directory",
          reason: .unreadable(path: path, cause: error.description)))
    }
  }

  private mutating func add(file bytes: [UInt8], at path: String) {
    do throws(SettingsFileError) {
      let file = try SettingsFile(bytes)
      let known = Set(keys)
      for entry in file.entries where !known.contains(entry.key) {
        problems.append(
          SettingsError.Problem(
            key: entry.key, source: "file \(path), \(entry.position)",
            reason: .unknownKey(nearest: SettingName.nearest(to: entry.key, among: keys))))
      }
      sources.append(SettingsSource(file: file, path: path))
    } catch {
      problems.append(
        SettingsError.Problem(
          key: "", source: "file \(path)", reason: .malformed(what: error.description)))
    }
  }

  /// Container platforms inject variables of their own, so an unknown one is no error.
  private mutating func warnAboutUnknownVariables() {
    let known = Set(keys.map(SettingName.variable(of:)) + [SettingName.configFileVariable])
    for name in environment.keys.sorted()
    where name.hasPrefix(SettingName.variablePrefix) && !known.contains(name) {
      let nearest = SettingName.nearest(to: name, among: known.sorted())
      warnings.append(
        "\(LogText.oneLine(name)): no setting reads this variable"
          + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
  }

  private var keys: [String] { table.rows.flatMap { [$0.key] + ($0.fileKey.map { [$0] } ?? []) } }

  private mutating func resolve(_ row: any SettingRow) {
    for source in sources {
      let direct = source.text(of: row.key)
      let viaFile = row.fileKey.flatMap { source.text(of: $0) }
      if let direct, let fileKey = row.fileKey, viaFile != nil {
        problems.append(
          SettingsError.Problem(
            key: row.key, source: direct.source.description, reason: .givenTwice(other: fileKey)))
        return
      }
      if let direct {
        warnAboutPassword(in: direct, for: row)
        return accept(direct.text, for: row, from: direct.source)
      }
      if let viaFile { return acceptSecret(in: viaFile, for: row) }
    }
  }

  private mutating func accept(
    _ text: String, for row: any SettingRow, from source: Settings.Source
  ) {
    guard let value = row.value(of: text) else {
      problems.append(
        SettingsError.Problem(
          key: row.key, source: source.description,
          reason: .notAllowed(value: row.isSecret ? "******" : text, form: row.form)))
      return
    }
    resolved[row.key] = Settings.Resolved(value: value, text: text, source: source)
  }

  private mutating func warnAboutPassword(
    in found: SettingsSource.Found, for row: any SettingRow
  ) {
    guard let fileKey = row.fileKey, case .flag(let name) = found.source,
      ConnectionPassword.isPresent(in: found.text)
    else { return }
    warnings.append(
      "\(name) holds a password, which the process list shows; "
        + "use \(SettingName.flag(of: fileKey)) or the environment")
  }

  private mutating func acceptSecret(in named: SettingsSource.Found, for row: any SettingRow) {
    do throws(TextFileError) {
      let bytes = try files.read(named.text, bytesMax: SettingsFile.bytesMax)
      var text = String(decoding: bytes, as: UTF8.self)
      // Editors and `echo` end the file with a line break that is no part of the secret.
      while text.last?.isNewline == true { text.removeLast() }
      accept(text, for: row, from: named.source)
    } catch {
      problems.append(
        SettingsError.Problem(
          key: row.fileKey ?? row.key, source: named.source.description,
          reason: .unreadable(path: named.text, cause: error.description)))
    }
  }
}
