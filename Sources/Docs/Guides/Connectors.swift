extension Guides {
    /// Connectors by manifest.
    static let connectors = Guide(
        id: "connectors", title: "Connectors of your own",
        summary: "A low-code manifest makes a source of any HTTP API, without a line of code.",
        blocks: [
            .text(
                """
                A manifest says in YAML which requests an API takes, how its pages follow each other, where the records are \
                and what changed since the last time. The manifests of Airbyte's low-code format run as they are, but for \
                those that need Python classes of their own, which are refused with their names.
                """),
            .heading("Try it by hand"),
            .text(
                "No server is needed: messages of the Airbyte protocol come on standard output, and secrets go nowhere."
            ),
            .example(
                "Terminal",
                """
                tributary connector test acme-crm.yaml --config config.json
                tributary connector spec --manifest acme-crm.yaml
                tributary connector check --manifest acme-crm.yaml --config config.json
                tributary connector discover --manifest acme-crm.yaml --config config.json
                tributary connector read --manifest acme-crm.yaml --config config.json --catalog catalog.json
                """),
            .list([
                "`test` shows requests, records and states as they come, with the config's secrets hidden.",
                "With `--now 2025-06-15T12:00:00Z` time stands still and waits pass at once: the same run twice.",
                "An API on a private address needs `--egress-allow 10.1.0.0/16`, as on the server.",
            ]),
            .heading("Store it"),
            .text("With the grant `connectors:admin` a tenant stores it as a type of its own catalogue:"),
            .sample("connectors.create"),
            .list([
                "Its version is made of its text. DataSources registered from then on get it and say so in `connector_version`.",
                "DataSources that are there keep the version that they have. To move one, patch `connector_version` and send its secrets again: another version is another system, so the next run reads everything.",
                "Fields that the manifest marks `airbyte_secret` are encrypted and never returned; every other field of the config identifies the system.",
                "An operator offers manifests to every tenant by files `<type>.yaml` in `TRIBUTARY_CONNECTORS_DIR`; they are read at the start, and `tributary doctor` says which can't be used.",
            ]),
            .heading("What a run does"),
            .list([
                "The streams are the entities. A stream with a cursor is read incrementally, and its state commits with its records; others are read in full.",
                "A record is deleted when two complete reads after each other didn't meet it.",
                "Tokens that a source renews are sealed beside the DataSource, renewed by one process at a time, and stored before they are used.",
                "Requests, redirects, next pages, token endpoints and downloads go through the same guard: no address of a private network that `TRIBUTARY_EGRESS_ALLOW` doesn't name.",
            ]),
        ])
}
