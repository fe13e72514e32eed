import RPC

/// The paths of gRPC's interop test service. (grpc/grpc-proto, grpc/testing/test.proto)
enum TestAPI {
  static let service = "grpc.testing.TestService"
  static let emptyCall = Method<Empty, Empty>(service, "EmptyCall")
  static let unaryCall = Method<SimpleRequest, SimpleResponse>(service, "UnaryCall")
  static let streamingOutputCall = Method<StreamingOutputCallRequest, StreamingOutputCallResponse>(
    service, "StreamingOutputCall")
  static let streamingInputCall = Method<StreamingInputCallRequest, StreamingInputCallResponse>(
    service, "StreamingInputCall")
  static let fullDuplexCall = Method<StreamingOutputCallRequest, StreamingOutputCallResponse>(
    service, "FullDuplexCall")
  static let unimplementedCall = Method<Empty, Empty>(service, "UnimplementedCall")
  static let unimplementedService = Method<Empty, Empty>(
    "grpc.testing.UnimplementedService", "UnimplementedCall")
}
