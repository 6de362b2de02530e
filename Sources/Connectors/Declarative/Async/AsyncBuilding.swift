import Interpolation

extension ComponentBuilder {
    /// An `AsyncRetriever` with the parts of its stream.
    func asyncRetriever(
        _ node: ComponentNode, parts: RetrieverParts, stream: StreamIdentity
    ) throws -> any Retriever {
        let requesters = AsyncRetriever.Requesters(
            creation: try Requester(node.requiredChild("creation_requester"), builder: self),
            polling: try Requester(node.requiredChild("polling_requester"), builder: self),
            target: try requester(node, "download_target_requester"), abort: try requester(node, "abort_requester"),
            delete: try requester(node, "delete_requester"))
        let targets = try node.child("download_target_extractor").map(recordExtractor)
        guard targets != nil || requesters.target == nil else {
            throw node.invalid("is missing", at: "download_target_extractor")
        }
        let reading = AsyncRetriever.Reading(
            decoder: try bodyDecoder(node.child("decoder")),
            state: try recordExtractor(node.requiredChild("status_extractor")), states: try states(node),
            targets: targets)
        return AsyncRetriever(
            requesters, reading: reading, download: try downloadRetriever(node, stream: stream),
            selector: parts.selector, times: try times(node), clock: surroundings.clock, places: jobs)
    }

    private func requester(_ node: ComponentNode, _ field: String) throws -> Requester? {
        try node.child(field).map { try Requester($0, builder: self) }
    }

    private func states(_ node: ComponentNode) throws -> [String: AsyncRetriever.JobState] {
        let mapping = try node.requiredChild("status_mapping")
        var states: [String: AsyncRetriever.JobState] = [:]
        for entry in mapping.fields {
            guard let state = AsyncRetriever.JobState(rawValue: entry.key.text) else { continue }
            for name in entry.value.elements ?? [] {
                guard states.updateValue(state, forKey: name.text) == nil else {
                    throw mapping.invalid("has one state of the source twice", at: entry.key.text)
                }
            }
        }
        return states
    }

    private func times(_ node: ComponentNode) throws -> AsyncRetriever.Times {
        let context = context(node)
        let number = { (field: String) throws -> Int? in
            try node.template(field)?.string(in: context).pythonInteger?.int.flatMap { $0 > 0 ? $0 : nil }
        }
        var times = AsyncRetriever.Times()
        if let minutes = try number("polling_job_timeout") { times.timeout = .seconds(60 * minutes) }
        if let seconds = try number("failed_retry_wait_time_in_seconds") { times.retry = .seconds(seconds) }
        return times
    }

    /// The retriever of what a job made: the download's requester, decoder, extractor and paginator, nothing else.
    private func downloadRetriever(_ node: ComponentNode, stream: StreamIdentity) throws -> any Retriever {
        var extractor: Value = ["type": "DpathExtractor", "field_path": []]
        var decoder = node["download_decoder"]
        if let wanted = try node.child("download_extractor") {
            if wanted.type == "ResponseToFileExtractor" {
                decoder = Self.tableDecoder(keepsWords: try wanted.flag("preserve_na_values") ?? false)
            } else {
                extractor = .mapping(wanted.fields)
            }
        }
        let selector: Value = ["type": "RecordSelector", "extractor": extractor]
        var fields: Mapping = ["type": "SimpleRetriever", "record_selector": selector]
        fields["requester"] = node["download_requester"]
        fields["paginator"] = node["download_paginator"]
        fields["decoder"] = decoder
        let download = ComponentNode(fields: fields, pointer: node.pointer)
        let parts = RetrieverParts(
            selector: try recordSelector(
                download.requiredChild("record_selector"), of: nil, schema: FixedSchema(), cursor: nil))
        return try retriever(download, parts: parts, stream: stream)
    }

    /// Reads a table as CSV, packed or not, where words for "no value" become null.
    private static func tableDecoder(keepsWords: Bool) -> Value {
        let words = [
            "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
            "NULL", "NaN", "None", "n/a", "nan", "null",
        ]
        let nulls = [""] + (keepsWords ? [] : words)
        return [
            "type": "GzipDecoder",
            "decoder": ["type": "CsvDecoder", "set_values_to_none": .list(nulls.map { .string($0) })],
        ]
    }
}
