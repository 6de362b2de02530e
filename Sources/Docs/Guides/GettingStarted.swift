extension Guides {
    /// From nothing to a change feed.
    static let gettingStarted = Guide(
        id: "getting-started", title: "Getting started",
        summary: "From an empty folder to a change feed in five minutes: one program, no other service.",
        blocks: [
            .heading("Start a server"),
            .text(
                """
                `make build` in the source tree leaves the program at `.build/release/tributary`; put it on the `PATH`. In \
                a folder of its own, with a small file for it to read:
                """),
            .shell("First terminal", serving),
            .text(
                """
                It says `listening on http://127.0.0.1:8080`. What it stores lies in `tributary-data/`. In a second \
                terminal, in the same folder, get a token; it is for the tenant `acme` and may do everything there.
                """),
            .shell("Second terminal", token),
            .heading("Register and sync"),
            .text(
                """
                A [DataSource](/docs/datasources) says what to read and how. Registering one reads nothing yet; a sync \
                does, and with `wait` its answer comes when the [run](/docs/runs) has ended.
                """),
            .shell("Second terminal", registering),
            .heading("Read what arrived"),
            .shell("Second terminal", reading),
            .heading("Follow what changes"),
            .text(
                """
                Change the file, sync again, and ask the [change feed](/docs/guides/change-feed) for what is new since \
                the cursor of last time: one record changed, one gone, one new.
                """),
            .shell("Second terminal", changing),
            .heading("Where to go from here"),
            .list([
                "Give it a schedule: `PATCH` the DataSource with `\"sync_schedule\": \"@hourly\"`.",
                "Read a database: [PostgreSQL](/docs/connectors/postgres), [SQLite](/docs/connectors/sqlite).",
                "Give a program a key of its own: [Authentication](/docs/guides/authentication).",
                "Try any operation in the [playground](/docs/playground).",
            ]),
        ])

    /// Starts the server.
    static let serving = """
        export TRIBUTARY_FILES_ROOT="$PWD/files"
        mkdir -p files/acme
        printf 'id,name,plan\\n1,Ada,pro\\n2,Grace,free\\n' > files/acme/customers.csv
        tributary serve
        """

    private static let token = """
        export TRIBUTARY_URL=http://127.0.0.1:8080
        export TRIBUTARY_TOKEN=$(tributary token --tenant acme --sub me --scope '*')
        """

    private static let registering = """
        SOURCE_ID=$(curl -sS "$TRIBUTARY_URL/api/v1/datasources" \\
          -H "Authorization: Bearer $TRIBUTARY_TOKEN" \\
          --json '{"name": "Customers", "type": "file",
            "config": {"path": "customers.csv", "primary_key": ["id"]}}' | jq -r .id)
        curl -sS -X POST "$TRIBUTARY_URL/api/v1/datasources/$SOURCE_ID/sync?wait=30" \\
          -H "Authorization: Bearer $TRIBUTARY_TOKEN" | jq .status
        """

    private static let reading = """
        curl -sS "$TRIBUTARY_URL/api/v1/datasources/$SOURCE_ID/records/customers" \\
          -H "Authorization: Bearer $TRIBUTARY_TOKEN" | jq -c '.items[].data'
        CURSOR=$(curl -sS "$TRIBUTARY_URL/api/v1/datasources/$SOURCE_ID/changes" \\
          -H "Authorization: Bearer $TRIBUTARY_TOKEN" | jq -r .next_cursor)
        """

    private static let changing = """
        printf 'id,name,plan\\n1,Ada,free\\n3,Edsger,pro\\n' > files/acme/customers.csv
        curl -sS -X POST "$TRIBUTARY_URL/api/v1/datasources/$SOURCE_ID/sync?wait=30" \\
          -H "Authorization: Bearer $TRIBUTARY_TOKEN" | jq .status
        curl -sS "$TRIBUTARY_URL/api/v1/datasources/$SOURCE_ID/changes?cursor=$CURSOR" \\
          -H "Authorization: Bearer $TRIBUTARY_TOKEN" | jq -c '.items[] | {key, is_deleted, data}'
        """
}
