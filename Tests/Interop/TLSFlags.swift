import ArgumentParser
import Transport

/// Files of TLS; without any all is in clear.
struct TLSFlags: ParsableArguments {
  @Option(help: "Authorities (PEM) of the other side's certificate.") var ca: String?
  @Option(help: "Certificate (PEM) to show.") var cert: String?
  @Option(help: "Its key (PEM).") var key: String?

  var files: TLSFiles? {
    let files = TLSFiles(certificate: cert, key: key, authority: ca)
    return files == TLSFiles() ? nil : files
  }
}
