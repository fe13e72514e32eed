internal import CNghttp2

/// How nghttp2 is set up: its options and the first SETTINGS.
extension HTTP2Session {
  static func makeLibrarySession(
    role: HTTP2Role, settings: HTTP2Settings, memory: LibraryMemory
  ) throws(HTTP2ConnectionError) -> OpaquePointer {
    let callbacks = unsafe try makeEntryPoints()
    defer { unsafe nghttp2_session_callbacks_del(callbacks) }
    let options = unsafe try makeOptions(role: role, settings: settings)
    defer { unsafe nghttp2_option_del(options) }
    var library: OpaquePointer?
    let code = unsafe memory.withTable { table in
      switch role {
      case .client: unsafe nghttp2_session_client_new3(&library, callbacks, nil, options, table)
      case .server: unsafe nghttp2_session_server_new3(&library, callbacks, nil, options, table)
      }
    }
    guard code == 0, let library = unsafe library else {
      throw HTTP2ConnectionError(.library(LibraryFailure(code: code)))
    }
    return unsafe library
  }

  /// HTTP messaging checks are never switched off: they keep malformed fields from the layers
  /// above.
  private static func makeOptions(
    role: HTTP2Role, settings: HTTP2Settings
  ) throws(HTTP2ConnectionError) -> OpaquePointer {
    var made: OpaquePointer?
    let code = unsafe nghttp2_option_new(&made)
    guard code == 0, let options = unsafe made else {
      throw HTTP2ConnectionError(.library(LibraryFailure(code: code)))
    }
    // Windows are given back by hand, so that a slow reader slows its own peer and nobody else.
    unsafe nghttp2_option_set_no_auto_window_update(options, 1)
    // Closed streams are only kept for RFC 7540's priority tree, which nobody uses.
    unsafe nghttp2_option_set_no_closed_streams(options, 1)
    // A space at either end of a value would reset the stream, and with it a reply whose
    // grpc-message begins with one would lose its status.
    unsafe nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(options, 1)
    // nghttp2 ends a session at the 1001st reset, which honest clients reach by cancelling calls.
    // The ledger charges the abusive ones instead.
    unsafe nghttp2_option_set_stream_reset_rate_limit(options, 1_000_000_000, 1_000_000_000)
    // nghttp2 counts a CONTINUATION again for each read that cuts its header, up to nine times. The
    // walker counts each once; this is the second line.
    unsafe nghttp2_option_set_max_continuations(options, settings.continuationsMax * 9)
    unsafe nghttp2_option_set_max_outbound_ack(options, settings.acknowledgementsUnsentMax)
    unsafe nghttp2_option_set_max_settings(options, settings.settingsEntriesMax)
    // Server push is refused by SETTINGS, so there is nothing to reserve.
    if role == .client { unsafe nghttp2_option_set_max_reserved_remote_streams(options, 0) }
    return unsafe options
  }

  /// The first SETTINGS and the connection's window. (RFC 9113 §3.4, §6.5.2; RFC 9218 §2.1)
  func submitSettings() throws(HTTP2ConnectionError) {
    var entries: [nghttp2_settings_entry] = []
    func add(_ setting: nghttp2_settings_id, _ value: UInt32) {
      entries.append(
        nghttp2_settings_entry(settings_id: Int32(setting.rawValue), value: value))
    }
    switch role {
    case .server:
      add(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.concurrentStreamsMax)
      add(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1)
    case .client:
      add(NGHTTP2_SETTINGS_ENABLE_PUSH, 0)
    }
    add(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: settings.headerListBytesMax))
    add(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, UInt32(clamping: settings.streamWindowBytes))
    let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    var code = unsafe nghttp2_submit_settings(library, flags, entries, entries.count)
    if code == 0 {
      code = unsafe nghttp2_session_set_local_window_size(
        library, flags, 0, settings.connectionWindowBytes)
    }
    if code != 0 { throw HTTP2ConnectionError(.library(LibraryFailure(code: code))) }
  }
}
