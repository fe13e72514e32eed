import ArgumentParser
import Logging
import Operations
import Transport

/// TLS to the one service that a command calls, with the flags that servers have for it.
struct PeerFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Authorities (PEM) of the service's certificate; it turns TLS on.", valueName: "path"))
  var peerCaFile: String?

  @Option(help: ArgumentHelp("Certificate chain (PEM) to show to it.", valueName: "path"))
  var peerCertFile: String?

  @Option(help: ArgumentHelp("Key (PEM) of that certificate.", valueName: "path"))
  var peerKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "Name that its certificate bears, where it is not that of the target.", valueName: "name"))
  var peerServerName: String?

  func validate() throws {
    let others = [
      ("--peer-cert-file", peerCertFile), ("--peer-key-file", peerKeyFile),
      ("--peer-server-name", peerServerName),
    ]
    for (name, value) in others where value != nil && peerCaFile == nil {
      throw ValidationError("\(name) needs --peer-ca-file")
    }
    if (peerCertFile == nil) != (peerKeyFile == nil) {
      throw ValidationError("--peer-cert-file and --peer-key-file need one another")
    }
  }

  /// Settings of a client that speaks as the flags say.
  func clientSettings() throws(Failure) -> ClientSettings {
    var settings = ClientSettings()
    guard let peerCaFile else { return settings }
    settings.tlsServerName = peerServerName
    do throws(TLSFileError) {
      settings.tls = try TLSCredentials(
        clientFiles: TLSFiles(
          certificate: peerCertFile, key: peerKeyFile, authority: peerCaFile),
        logger: .errors("reconcile"))
    } catch {
      throw Failure(
        .wrongConfiguration, "\(error)", remedy: "correct the file, or name another")
    }
    return settings
  }
}
