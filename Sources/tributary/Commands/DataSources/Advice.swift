import WireAPI

/// Who must act after a failure, and the next step.
struct Advice {
    /// One or two sentences.
    let text: String

    /// Advice about a run that failed.
    init(recovery: String, run: SyncRunBody) {
        let retry = run.error?.retryAt.map { " It is tried again at \($0)." } ?? ""
        self.init(recovery: recovery, source: run.datasourceID, retry: retry)
    }

    /// Advice about a check that failed.
    init(recovery: String, source: String) { self.init(recovery: recovery, source: source, retry: "") }

    private init(recovery: String, source: String, retry: String) {
        let update = "tributary datasources update \(source)"
        let sync = "tributary datasources sync \(source)"
        text =
            switch recovery {
            case "retry": "nobody needs to act; it may pass by itself." + retry
            case "wait_for_source": "the source is down or refuses; wait for it, or ask those who run it." + retry
            case "fix_config": "someone must correct the config: \(update) --config …"
            case "reauthorise": "someone must give new credentials or permissions: \(update) --secret …"
            case "review_deletes":
                "someone must confirm that these records are really gone, then: \(sync) --allow-deletes"
            case "report_bug": "this is a fault of Tributary or of the connector; please report it with the run's id."
            default: "it needs: \(recovery)." + retry
            }
    }
}
