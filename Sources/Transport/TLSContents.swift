internal import FoundationEssentials

/// What the files of one side of TLS held when they were read. Two readings are compared as a
/// whole, so no change goes unseen, however the files came to be replaced.
struct TLSContents: Equatable, Sendable {
  var certificate: [UInt8] = []
  var key: [UInt8] = []
  var authority: [UInt8] = []

  /// More than all authorities of a system have together.
  static let fileBytesMax = 4 << 20

  init(certificate: [UInt8] = [], key: [UInt8] = [], authority: [UInt8] = []) {
    self.certificate = certificate
    self.key = key
    self.authority = authority
  }

  /// Reads all files, and blocks while it does.
  init(reading files: TLSFiles) throws(TLSFileError) {
    if let file = files.certificate { certificate = try Self.bytes(of: file) }
    if let file = files.key { key = try Self.bytes(of: file) }
    if let file = files.authority { authority = try Self.bytes(of: file) }
  }

  private static func bytes(of file: String) throws(TLSFileError) -> [UInt8] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: file))
    } catch let error as CocoaError {
      throw TLSFileError(.unreadable(cause(error)), file: file)
    } catch {
      throw TLSFileError(.unreadable("\(error)"), file: file)
    }
    guard data.count <= fileBytesMax else {
      throw TLSFileError(.tooLong(bytesMax: fileBytesMax), file: file)
    }
    return Array(data)
  }

  private static func cause(_ error: CocoaError) -> String {
    switch error.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "no such file"
    case .fileReadNoPermission: "no permission"
    default: "\(error)"
    }
  }
}
