public import RPC

/// `service ServerReflection` in gRPC's reflection/v1/reflection.proto. (gRFC A15)
public enum ReflectionAPI {
  public static let service = "grpc.reflection.v1.ServerReflection"
  public static let info = Method<ReflectionRequest, ReflectionResponse>(
    service, "ServerReflectionInfo")
}
