/// One name or several, `orders.shop,spiffe://shop/edge`.
public struct NameList: Hashable, Sendable, SettingValue {
  public let names: [String]

  public init?(settingText text: String) {
    names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
      return nil
    }
  }

  public var settingText: String { names.joined(separator: ",") }
  public static var form: String { "a name, or a list such as a.shop,b.shop" }
  public static var placeholder: String { "names" }
}
