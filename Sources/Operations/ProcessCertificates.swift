public import Logging
public import Transport

/// The certificates of a process: what its services show, and what its clients show and trust.
public struct ProcessCertificates: Sendable {
  /// Nil when the services speak in clear.
  public let server: TLSCredentials?
  /// Nil when the services that are called do.
  public let client: TLSCredentials?

  /// Reads the files that the settings name, and blocks while it does.
  public init(_ settings: Settings, logger: Logger) throws(Failure) {
    let shown = TLSFiles(
      certificate: settings.tlsCertFile, key: settings.tlsKeyFile,
      authority: settings.tlsClientCaFile)
    let called = TLSFiles(
      certificate: settings.peerCertFile, key: settings.peerKeyFile,
      authority: settings.peerCaFile)
    do throws(TLSFileError) {
      server =
        shown == TLSFiles() ? nil : try TLSCredentials(serverFiles: shown, logger: logger)
    } catch {
      let table = settings.table
      throw Self.failure(
        error, [table.tlsCertFile, table.tlsKeyFile, table.tlsClientCaFile], settings)
    }
    do throws(TLSFileError) {
      client =
        called == TLSFiles() ? nil : try TLSCredentials(clientFiles: called, logger: logger)
    } catch {
      let table = settings.table
      throw Self.failure(
        error, [table.peerCertFile, table.peerKeyFile, table.peerCaFile], settings)
    }
  }

  /// Whether there are files that could change.
  public var areThere: Bool { server != nil || client != nil }

  /// Reads all files again.
  public func reload() async {
    await server?.reload()
    await client?.reload()
  }

  /// Looks now and then whether files changed, until the task is cancelled.
  public func watch() async {
    await withTaskGroup(of: Void.self) { group in
      for credentials in [server, client].compactMap({ $0 }) {
        group.addTask { await credentials.watch() }
      }
    }
  }

  private static func failure(
    _ error: TLSFileError, _ rows: [Setting<String?>], _ settings: Settings
  ) -> Failure {
    let row = rows.first { settings.shownText(of: $0) == error.file } ?? rows[0]
    return Failure(
      .wrongConfiguration, "\(row.key): \(error)",
      remedy: "correct the file, or name another with \(row.flag)")
  }
}
