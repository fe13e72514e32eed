internal import Foundation
public import RPC

/// Reads metadata as a person types it.
public enum RequestMetadata {
  /// Reads `name:value` entries; a name that ends in `-bin` takes base64, padded or not.
  public static func parse(_ entries: [String]) throws(LoadError) -> Metadata {
    var metadata = Metadata()
    for entry in entries {
      guard let colon = entry.firstIndex(of: ":") else {
        throw LoadError(.invalidValue(value: entry, expected: "metadata such as name:value"))
      }
      let name = String(entry[..<colon])
      let value = String(entry[entry.index(after: colon)...])
      let bytes = name.hasSuffix("-bin") ? try base64(value) : nil
      do throws(MetadataError) {
        if let bytes {
          try metadata.add(name, binary: bytes)
        } else {
          try metadata.add(name, value)
        }
      } catch {
        throw LoadError(.contradiction("--metadata: \(error)"))
      }
    }
    return metadata
  }

  private static func base64(_ text: String) throws(LoadError) -> [UInt8] {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: text + padding) else {
      throw LoadError(.invalidValue(value: text, expected: "base64, which a -bin name takes"))
    }
    return [UInt8](data)
  }
}
