public import Logging
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// What one side of TLS shows and whom it trusts, kept up to date with its files: a handshake is
/// made with what they held last, as long as that could be used, and open connections go on with
/// what they began with.
///
///     let credentials = try TLSCredentials(serverFiles: files, logger: logger)
///     settings.tls = credentials
///     await credentials.watch()
public final class TLSCredentials: Sendable {
  private let files: TLSFiles
  private let isServer: Bool
  private let logger: Logger
  private let current: Mutex<NIOSSLContext>
  private let reloading: Mutex<TLSReload>

  /// Short enough that a change serves before anybody goes looking why it does not.
  public static let watchInterval = Duration.seconds(10)

  /// Reads the files, and blocks while it does.
  /// - Throws: which file cannot be used, and why.
  public convenience init(serverFiles: TLSFiles, logger: Logger) throws(TLSFileError) {
    try self.init(serverFiles, isServer: true, logger)
  }

  /// Reads the files, and blocks while it does.
  /// - Throws: which file cannot be used, and why.
  public convenience init(clientFiles: TLSFiles, logger: Logger) throws(TLSFileError) {
    try self.init(clientFiles, isServer: false, logger)
  }

  private init(_ files: TLSFiles, isServer: Bool, _ logger: Logger) throws(TLSFileError) {
    self.files = files
    self.isServer = isServer
    self.logger = logger
    let contents = try TLSContents(reading: files)
    current = Mutex(try TLSContextMaking.context(of: contents, files, isServer: isServer))
    reloading = Mutex(TLSReload(serving: contents))
  }

  /// What the next handshake is made with.
  var context: NIOSSLContext { current.withLock { $0 } }

  /// Reads the files again, whether they changed or not, and tells the log what came of it.
  public func reload() async { await look(isAsked: true) }

  /// Looks now and then whether the files changed, until the task is cancelled.
  public func watch(every interval: Duration = watchInterval) async {
    while (try? await Task.sleep(for: interval)) != nil { await look(isAsked: false) }
  }

  func look(isAsked: Bool) async {
    // Reading files blocks, which neither an event loop nor a task's thread may do.
    try? await NIOThreadPool.singleton.runIfActive { self.lookBlocking(isAsked: isAsked) }
  }

  private func lookBlocking(isAsked: Bool) {
    // Held throughout, on a thread that may wait: two looks at once would overtake each other.
    reloading.withLock { reloading in
      do throws(TLSFileError) {
        let contents = try TLSContents(reading: files)
        guard reloading.read(contents, isAsked: isAsked) == .load else { return }
        load(contents, &reloading)
      } catch {
        if reloading.failed(error, isAsked: isAsked) { log(error) }
      }
    }
  }

  private func load(_ contents: TLSContents, _ reloading: inout TLSReload) {
    do throws(TLSFileError) {
      let context = try TLSContextMaking.context(of: contents, files, isServer: isServer)
      current.withLock { $0 = context }
      reloading.loaded(contents)
      logger.notice("new certificates are in use", metadata: ["files": "\(names)"])
    } catch {
      reloading.refused(contents)
      log(error)
    }
  }

  private func log(_ error: TLSFileError) {
    logger.error(
      "certificates not reloaded, those read before stay in use", metadata: ["error": "\(error)"])
  }

  private var names: String {
    [files.certificate, files.key, files.authority].compactMap { $0 }.joined(separator: ", ")
  }
}
