/// The PostgreSQL types a parameter can have and a column can be read as.
///
/// The raw value is the type's object id, which is fixed in PostgreSQL's catalogue (`pg_type.dat`).
public enum PostgresType: UInt32, Sendable, CaseIterable {
  case bool = 16
  case bytea = 17
  case int64 = 20
  case int16 = 21
  case int32 = 23
  case text = 25
  case varchar = 1043
  case name = 19
  case timestamptz = 1184
  case uuid = 2950
  case byteaArray = 1001
  case int16Array = 1005
  case int32Array = 1007
  case textArray = 1009
  case int64Array = 1016
  case timestamptzArray = 1185
  case uuidArray = 2951
}
