internal import FoundationEssentials

/// Where configuration and secrets are read from; tests put an array of bytes in its place.
public protocol TextFiles {
  func read(_ path: String, bytesMax: Int) throws(TextFileError) -> [UInt8]
}

/// Why a file could not be read.
public struct TextFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    case absent
    case notAllowed
    case tooLong(bytesMax: Int)
    case failed(String)
  }
  public let reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  public var description: String {
    switch reason {
    case .absent: "no such file"
    case .notAllowed: "no permission"
    case .tooLong(let bytesMax): "longer than \(bytesMax) bytes"
    case .failed(let what): what
    }
  }
}

/// The files of this machine.
public struct LocalTextFiles: TextFiles {
  public init() {}

  public func read(_ path: String, bytesMax: Int) throws(TextFileError) -> [UInt8] {
    do {
      let bytes = try Data(contentsOf: URL(filePath: path))
      guard bytes.count <= bytesMax else { throw TextFileError(.tooLong(bytesMax: bytesMax)) }
      return Array(bytes)
    } catch let error as TextFileError {
      throw error
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      throw TextFileError(.absent)
    } catch let error as CocoaError where error.code == .fileReadNoPermission {
      throw TextFileError(.notAllowed)
    } catch {
      throw TextFileError(.failed("\(error)"))
    }
  }
}
