/// What a template can see: one slot for each name that there is, the clock, and the source of random ids.
///
/// Setting a slot costs no allocation while the context isn't shared, so one context serves a whole stream: set
/// `record`, evaluate, set the next.
public struct Context: Sendable {
    /// The names that manifests' templates may use at the top level, besides those in ``Context/extras``.
    public enum Name: Int, Sendable, CaseIterable {
        /// The source's config.
        case config
        /// The `$parameters` of the component.
        case parameters
        /// The slice: partition and cursor together. `stream_partition` and `stream_interval` are the same.
        case streamSlice
        /// Where the next page is.
        case nextPageToken
        /// The decoded answer.
        case response
        /// The answer's headers.
        case headers
        /// The last record of the page.
        case lastRecord
        /// How many records the page had.
        case lastPageSize
        /// How many records a page may have.
        case pageSize
        /// The record at hand.
        case record
        /// The value that is about to be set.
        case value
        /// Where it is about to be set.
        case path
        /// The request's URL.
        case requestURL
        /// The answer to the request that created a job.
        case creationResponse
        /// The answer to the request that asked how a job is.
        case pollingResponse
        /// What a job's result is downloaded from.
        case downloadTarget
        /// What a resolver found for one component.
        case componentsValues
        /// The template of a stream that is being resolved.
        case streamTemplateConfig
        /// The schema as the source gave it.
        case rawSchema
        /// The token that a login gave.
        case sessionToken

        /// The name in templates; nil if there is no such slot.
        init?(word: String) {
            switch word {
            case "stream_slice", "stream_partition", "stream_interval": self = .streamSlice
            default:
                guard let name = Self.allCases.first(where: { $0.word == word }) else { return nil }
                self = name
            }
        }

        /// How templates spell it.
        public var word: String {
            switch self {
            case .config: "config"
            case .parameters: "parameters"
            case .streamSlice: "stream_slice"
            case .nextPageToken: "next_page_token"
            case .response: "response"
            case .headers: "headers"
            case .lastRecord: "last_record"
            case .lastPageSize: "last_page_size"
            case .pageSize: "page_size"
            case .record: "record"
            case .value: "value"
            case .path: "path"
            case .requestURL: "request_url"
            case .creationResponse: "creation_response"
            case .pollingResponse: "polling_response"
            case .downloadTarget: "download_target"
            case .componentsValues: "components_values"
            case .streamTemplateConfig: "stream_template_config"
            case .rawSchema: "raw_schema"
            case .sessionToken: "session_token"
            }
        }
    }

    private var slots: [Value?]
    /// More names of the top level, such as a slice's extra fields. Slots win over them.
    public var extras = Mapping()
    /// Clock and ids.
    public let sources: TemplateSources

    /// Makes a context with a config and with parameters; all other slots are empty.
    public init(config: Value, parameters: Value = .mapping([:]), sources: TemplateSources) {
        slots = Array(repeating: nil, count: Name.allCases.count)
        self.sources = sources
        self[.config] = config
        self[.parameters] = parameters
    }

    /// What a name stands for. A template that uses an empty slot fails (`template.undeclared`); `None` isn't empty.
    @inline(__always)
    public subscript(name: Name) -> Value? {
        get { slots[name.rawValue] }
        set { slots[name.rawValue] = newValue }
    }
}

/// What templates can't compute: the time and random ids.
public struct TemplateSources: Sendable {
    /// The present time, with a zone.
    public let now: @Sendable () -> DateTime
    /// A new random UUID in lower case.
    public let uuid: @Sendable () -> String

    /// Makes sources.
    public init(now: @escaping @Sendable () -> DateTime, uuid: @escaping @Sendable () -> String) {
        self.now = now
        self.uuid = uuid
    }
}
