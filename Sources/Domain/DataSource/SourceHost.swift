import JSON

extension DataSource {
    /// The system that its config leads to, as far as the config names one: the member `host`, or else the host of the
    /// first member, by name, that is an http(s) URL; lower case, without port. nil for files and for what is pushed.
    public var host: String? {
        if let host = config["host"]?.stringValue, !host.isEmpty { return host.lowercased() }
        let texts = config.members.sorted { $0.name < $1.name }.compactMap(\.value.stringValue)
        return texts.lazy.compactMap(Self.host(ofURL:)).first
    }

    private static func host(ofURL text: String) -> String? {
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else { return nil }
        let authority = lower.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        let name = authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...]
        let host = name.first == "[" ? name.prefix { $0 != "]" }.dropFirst() : name.prefix { $0 != ":" }
        return host.isEmpty ? nil : String(host)
    }
}
