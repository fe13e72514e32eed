import ArgumentParser
import RPC

/// The cases of gRPC's interop suite that this program plays as a client.
/// (grpc/grpc, doc/interop-test-descriptions.md)
enum TestCase: String, CaseIterable, ExpressibleByArgument, Sendable {
  case emptyUnary = "empty_unary"
  case largeUnary = "large_unary"
  case clientStreaming = "client_streaming"
  case serverStreaming = "server_streaming"
  case pingPong = "ping_pong"
  case emptyStream = "empty_stream"
  case statusCodeAndMessage = "status_code_and_message"
  case specialStatusMessage = "special_status_message"
  case customMetadata = "custom_metadata"
  case unimplementedMethod = "unimplemented_method"
  case unimplementedService = "unimplemented_service"
  case cancelAfterBegin = "cancel_after_begin"
  case cancelAfterFirstResponse = "cancel_after_first_response"
  case timeoutOnSleepingServer = "timeout_on_sleeping_server"
  case clientCompressedUnary = "client_compressed_unary"
  case clientCompressedStreaming = "client_compressed_streaming"
  /// Without asking the server whether it sees what is compressed, which not every runtime tells.
  case clientCompressedUnaryNoProbe = "client_compressed_unary_noprobe"
  case clientCompressedStreamingNoProbe = "client_compressed_streaming_noprobe"
  case serverCompressedUnary = "server_compressed_unary"
  case serverCompressedStreaming = "server_compressed_streaming"
  case rpcSoak = "rpc_soak"
  case channelSoak = "channel_soak"
  case pickFirstUnary = "pick_first_unary"
  case maxConcurrentStreamsConnectionScaling = "max_concurrent_streams_connection_scaling"

  /// What a case found other than its description says.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}
