import ConnectorAPI
import Domain
import Interpolation
import JSON

/// Reads a slice by a job of the source: asks for it, waits until it is done, and downloads what it made.
final class AsyncRetriever: Retriever {
    /// How a job is.
    enum JobState: String, Sendable {
        case running
        case completed
        case failed
        case timeout
        /// There is nothing to read.
        case skipped
    }

    /// The requests of a job.
    struct Requesters: Sendable {
        let creation: Requester
        let polling: Requester
        /// Asks where a job's results are, where that isn't said with its state.
        var target: Requester?
        var abort: Requester?
        var delete: Requester?
    }

    /// How what the source says of a job is read.
    struct Reading: Sendable {
        let decoder: any BodyDecoder
        let state: any RecordExtractor
        let states: [String: JobState]
        /// Where a job's results are; nil = one download without that.
        let targets: (any RecordExtractor)?
    }

    /// How long is waited.
    struct Times: Sendable {
        /// Between two looks at a job.
        static let poll = Duration.seconds(5)
        /// After which a job counts as failed.
        var timeout = Duration.seconds(3_600)
        /// Before a job that failed is asked for again.
        var retry = Duration.seconds(5)
    }

    private static let mostAttempts = 3

    private let requesters: Requesters
    private let reading: Reading
    private let download: any Retriever
    private let selector: any RecordSelector
    private let times: Times
    private let clock: MonotonicClock
    /// How many jobs there may be at once.
    private let places: Slots

    init(
        _ requesters: Requesters, reading: Reading, download: any Retriever, selector: any RecordSelector, times: Times,
        clock: MonotonicClock, places: Slots
    ) {
        self.requesters = requesters
        self.reading = reading
        self.download = download
        self.selector = selector
        self.times = times
        self.clock = clock
        self.places = places
    }

    func read(_ slice: StreamSlice, _ emit: ([Record]) async throws -> Void) async throws {
        try await selector.prepare()
        guard let job = try await places.hold({ try await finishedJob(for: slice) }) else { return }
        for target in try await targets(of: job) {
            let part = slice.adding(["download_target": target, "polling_response": job.polled], to: job.extras)
            try await download.read(part) { records in
                let found = Extraction(contents: records.map(\.content))
                let selection = selector.select(found, on: PageContext(slice: slice))
                if !selection.records.isEmpty { try await emit(selection.records) }
                if let failure = selection.failure { throw failure }
            }
        }
        _ = try await requesters.delete?.send(PageContext(slice: slice.adding(job.extras)))
    }

    // MARK: Jobs

    /// A job that is done.
    private struct Job {
        /// What its requests may use besides the slice.
        let extras: Mapping
        let answer: SourceResponse
        let polled: Value
    }

    /// Asks for a job until one comes to its end; nil where the source says that there is nothing to read.
    private func finishedJob(for slice: StreamSlice) async throws -> Job? {
        for attempt in 1... {
            var state = JobState.failed
            if let created = try await create(slice, isLast: attempt == Self.mostAttempts) {
                let extras = slice.extraFields.merging(["creation_response": Self.shown(created)])
                let page = PageContext(slice: slice.adding(extras))
                let last = try await wait(for: page)
                state = last.state
                switch state {
                case .completed: return Job(extras: extras, answer: last.answer, polled: Self.shown(last.answer))
                case .skipped: return nil
                case .timeout:
                    // The job is given up whether the source hears of it or not.
                    _ = try? await requesters.abort?.send(page)
                case .failed, .running: break
                }
            }
            guard attempt < Self.mostAttempts else { break }
            try await clock.sleep(state == .failed ? times.retry : Times.poll)
        }
        throw AppError.source(
            .jobFailed, "a job of the source failed \(Self.mostAttempts) times, or took too long", recovery: .retry)
    }

    /// The answer to the request for a job; nil where it failed in a way that may pass.
    private func create(_ slice: StreamSlice, isLast: Bool) async throws -> SourceResponse? {
        do {
            let answer = try await requesters.creation.send(PageContext(slice: slice))
            try await answer.load()
            return answer.isGood ? answer : nil
        } catch let error as AppError where error.recovery == .retry && !isLast {
            return nil
        }
    }

    private func wait(for page: PageContext) async throws -> (state: JobState, answer: SourceResponse) {
        let start = clock.now()
        // Counted too, as waits may pass at once.
        var waited = Duration.zero
        while true {
            let answer = try await requesters.polling.send(page)
            try await answer.load()
            let state = try self.state(of: answer)
            guard state == .running else { return (state, answer) }
            guard max(clock.now() - start, waited) < times.timeout else { return (.timeout, answer) }
            try await clock.sleep(Times.poll)
            waited += Times.poll
        }
    }

    private func state(of answer: SourceResponse) throws -> JobState {
        let found = try reading.state.extract(answer.elements(by: reading.decoder)).contents.first
        let name = try found?.value().text ?? "None"
        guard let state = reading.states[name] else {
            throw AppError.source(
                .jobFailed, "the source says of a job what the manifest has no state for", recovery: .fixConfig)
        }
        return state
    }

    private func targets(of job: Job) async throws -> [Value] {
        guard let extractor = reading.targets else { return [""] }
        var answer = job.answer
        if let requester = requesters.target {
            let slice = StreamSlice(extraFields: ["polling_response": job.polled])
            answer = try await requester.send(PageContext(slice: slice))
            try await answer.load()
        }
        return try extractor.extract(answer.elements(by: reading.decoder)).contents.map { try $0.value() }
    }

    /// An answer as templates see it: its members, and its headers where none of them has that name.
    private static func shown(_ answer: SourceResponse) -> Value {
        var shown = answer.json.mapping ?? [:]
        if shown["headers"] == nil { shown["headers"] = answer.headers }
        if shown["request"] == nil { shown["request"] = ["url": .string(answer.url)] }
        return .mapping(shown)
    }
}

extension SourceResponse {
    /// The elements that a decoder makes of the loaded body.
    func elements(by decoder: any BodyDecoder) throws -> JSONElementBatch {
        var decoding = try decoder.begin(head)
        var elements = JSONElementBatch()
        try decoding.feed(bytes[...], into: &elements)
        try decoding.finish(into: &elements)
        return elements
    }
}

extension StreamSlice {
    /// The slice with more extra fields.
    fileprivate func adding(_ fields: Mapping, to others: Mapping = [:]) -> StreamSlice {
        StreamSlice(
            partition: partition, cursorSlice: cursorSlice,
            extraFields: extraFields.merging(others).merging(fields))
    }
}

extension Mapping {
    fileprivate func merging(_ other: Mapping) -> Mapping {
        var merged = self
        merged.merge(other)
        return merged
    }
}
