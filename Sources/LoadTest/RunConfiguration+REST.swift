internal import RPC

extension RunConfiguration {
  /// What does not go over the JSON edge, or not as it is set.
  func validateREST() throws(LoadError) {
    guard rest != nil else { return }
    if case .method = workload.content {
      throw LoadError(.contradiction("--rest and --method exclude each other"))
    }
    guard streams == 1 else {
      throw LoadError(
        .contradiction(
          "--streams \(streams) does not go with --rest: HTTP/1.1 answers one request at a time"))
    }
    for entry in metadata.entries where RESTHeads.reserved.contains(entry.name) {
      throw LoadError(
        .contradiction("--metadata: \"\(entry.name)\" is a header field that --rest sets itself"))
    }
  }
}
