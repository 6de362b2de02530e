/// Written from GitHub's REST API reference, version 2022-11-28.
extension BundledManifest {
    // Issues and pull requests are asked for newest first: what changes while pages are read moves to the front, so
    // nothing slips from one page to one that was read, and the cursor ends before it. Pull requests can't be filtered
    // by time, so pages are read down to the first old one. A limit is told by 403 or 429, and resets are told in every
    // answer, so only those with nothing remaining are heeded.
    static let github = BundledManifest(
        type: "github", title: "GitHub", version: "1.0.0",
        text: #"""
            version: 6.1.0
            type: DeclarativeSource
            description: >-
              Repositories of GitHub organizations with their issues and pull requests, and the organizations' members.
            check: {type: CheckStream, stream_names: [repositories]}
            definitions:
              text: &text {type: [string, "null"]}
              integer: &integer {type: [integer, "null"]}
              flag: &flag {type: [boolean, "null"]}
              time: &time {type: [string, "null"], format: date-time}
              texts: &texts {type: [array, "null"], items: {type: string}}
              objects: &objects {type: [array, "null"], items: {type: object}}
              object: &object {type: [object, "null"]}
              account: &account
                type: [object, "null"]
                properties: {id: *integer, login: *text, type: *text, html_url: *text}
              requester:
                type: HttpRequester
                url_base: "{{ config.get('base_url') or 'https://api.github.com' }}"
                http_method: GET
                authenticator: {type: BearerAuthenticator, api_token: "{{ config['token'] }}"}
                request_headers:
                  Accept: application/vnd.github+json
                  X-GitHub-Api-Version: "2022-11-28"
                error_handler:
                  type: DefaultErrorHandler
                  max_retries: 8
                  response_filters:
                    - {type: HttpResponseFilter, http_codes: [200], action: SUCCESS}
                    - type: HttpResponseFilter
                      predicate: >-
                        {{ (headers.get('x-ratelimit-remaining') or headers.get('X-RateLimit-Remaining')) == '0'
                        or 'retry-after' in headers or 'Retry-After' in headers }}
                      action: RATE_LIMITED
                      error_message: GitHub's rate limit is used up.
                    - type: HttpResponseFilter
                      http_codes: [401]
                      action: FAIL
                      failure_type: config_error
                      error_message: The token isn't valid or has expired.
                    - type: HttpResponseFilter
                      http_codes: [403]
                      action: FAIL
                      failure_type: config_error
                      error_message: The token lacks a permission, or the organization hasn't approved it.
                    - type: HttpResponseFilter
                      http_codes: [404]
                      action: FAIL
                      failure_type: config_error
                      error_message: The organization doesn't exist, or the token may not see it.
                  backoff_strategies:
                    - {type: WaitTimeFromHeader, header: Retry-After}
                    - type: WaitTimeFromResponse
                      wait_time_in_seconds: >-
                        {{ (headers.get('x-ratelimit-reset') or headers.get('X-RateLimit-Reset')) | int
                        - now_utc().timestamp()
                        if (headers.get('x-ratelimit-remaining') or headers.get('X-RateLimit-Remaining')) == '0'
                        else 0 }}
              repository_requester:
                $ref: "#/definitions/requester"
                error_handler:
                  type: CompositeErrorHandler
                  error_handlers:
                    # Issues are switched off, or the repository is gone or blocked since it was listed.
                    - type: DefaultErrorHandler
                      max_retries: 8
                      response_filters:
                        - {type: HttpResponseFilter, http_codes: [404, 410, 451], action: IGNORE}
                    - "#/definitions/requester/error_handler"
              paginator:
                type: DefaultPaginator
                page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: per_page}
                page_token_option: {type: RequestPath}
                pagination_strategy:
                  type: CursorPagination
                  page_size: 100
                  cursor_value: "{{ headers['link']['next']['url'] }}"
                  stop_condition: "{{ 'next' not in headers['link'] }}"
              each_organization:
                type: ListPartitionRouter
                cursor_field: organization
                values: "{{ config['organizations'] }}"
              each_repository:
                type: SubstreamPartitionRouter
                parent_stream_configs:
                  - type: ParentStreamConfig
                    stream: "#/definitions/repositories"
                    parent_key: full_name
                    partition_field: repository
              updated:
                type: DatetimeBasedCursor
                cursor_field: updated_at
                datetime_format: "%Y-%m-%dT%H:%M:%SZ"
                start_datetime:
                  type: MinMaxDatetime
                  datetime: "{{ config.get('start_date') or '2000-01-01' }}"
                  datetime_format: "%Y-%m-%d"
                lookback_window: PT1M
              add_repository:
                type: AddFields
                fields:
                  - type: AddedFieldDefinition
                    path: [repository]
                    value: "{{ stream_partition.repository }}"
                    value_type: string
              repositories:
                type: DeclarativeStream
                name: repositories
                primary_key: id
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: "orgs/{{ stream_partition.organization }}/repos"
                    request_parameters: {type: all, sort: full_name}
                  paginator: "#/definitions/paginator"
                  partition_router: "#/definitions/each_organization"
                  record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: integer}
                      node_id: *text
                      name: *text
                      full_name: *text
                      owner: *account
                      private: *flag
                      visibility: *text
                      description: *text
                      html_url: *text
                      fork: *flag
                      archived: *flag
                      disabled: *flag
                      default_branch: *text
                      language: *text
                      topics: *texts
                      size: *integer
                      stargazers_count: *integer
                      forks_count: *integer
                      open_issues_count: *integer
                      has_issues: *flag
                      license: *object
                      created_at: *time
                      updated_at: *time
                      pushed_at: *time
            streams:
              - "#/definitions/repositories"
              - type: DeclarativeStream
                name: issues
                primary_key: id
                incremental_sync:
                  $ref: "#/definitions/updated"
                  start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/repository_requester"
                    path: "repos/{{ stream_partition.repository }}/issues"
                    request_parameters: {state: all, sort: updated, direction: desc}
                  paginator: "#/definitions/paginator"
                  partition_router: "#/definitions/each_repository"
                  record_selector:
                    type: RecordSelector
                    extractor: {type: DpathExtractor, field_path: []}
                    record_filter: {type: RecordFilter, condition: "{{ 'pull_request' not in record }}"}
                transformations: ["#/definitions/add_repository"]
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: integer}
                      node_id: *text
                      repository: *text
                      number: *integer
                      title: *text
                      body: *text
                      state: *text
                      state_reason: *text
                      user: *account
                      assignees: *objects
                      labels: *objects
                      milestone: *object
                      locked: *flag
                      comments: *integer
                      author_association: *text
                      reactions: *object
                      html_url: *text
                      created_at: *time
                      updated_at: *time
                      closed_at: *time
              - type: DeclarativeStream
                name: pull_requests
                primary_key: id
                incremental_sync:
                  $ref: "#/definitions/updated"
                  is_data_feed: true
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/repository_requester"
                    path: "repos/{{ stream_partition.repository }}/pulls"
                    request_parameters: {state: all, sort: updated, direction: desc}
                  paginator: "#/definitions/paginator"
                  partition_router: "#/definitions/each_repository"
                  record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
                transformations:
                  - "#/definitions/add_repository"
                  # Both hold a whole repository, whose counters would change every pull request again and again.
                  - {type: RemoveFields, field_pointers: [[head, repo], [base, repo]]}
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: integer}
                      node_id: *text
                      repository: *text
                      number: *integer
                      title: *text
                      body: *text
                      state: *text
                      draft: *flag
                      user: *account
                      assignees: *objects
                      requested_reviewers: *objects
                      requested_teams: *objects
                      labels: *objects
                      milestone: *object
                      locked: *flag
                      head: *object
                      base: *object
                      merge_commit_sha: *text
                      auto_merge: *object
                      author_association: *text
                      html_url: *text
                      created_at: *time
                      updated_at: *time
                      closed_at: *time
                      merged_at: *time
              - type: DeclarativeStream
                name: users
                primary_key: [organization, id]
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: "orgs/{{ stream_partition.organization }}/members"
                  paginator: "#/definitions/paginator"
                  partition_router: "#/definitions/each_organization"
                  record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
                transformations:
                  - type: AddFields
                    fields:
                      - type: AddedFieldDefinition
                        path: [organization]
                        value: "{{ stream_partition.organization }}"
                        value_type: string
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      organization: {type: string}
                      id: {type: integer}
                      node_id: *text
                      login: *text
                      type: *text
                      site_admin: *flag
                      avatar_url: *text
                      html_url: *text
            spec:
              type: Spec
              documentation_url: https://docs.github.com/en/rest
              connection_specification:
                type: object
                additionalProperties: false
                required: [organizations, token]
                properties:
                  organizations:
                    type: array
                    title: Organizations
                    description: Logins of the organizations whose repositories and members are read.
                    minItems: 1
                    maxItems: 100
                    uniqueItems: true
                    items: {type: string, pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"}
                    x-identity: true
                  token:
                    type: string
                    title: Token
                    description: >-
                      A personal access token with read access to the organizations' metadata, issues, pull requests
                      and members.
                    minLength: 1
                    airbyte_secret: true
                  base_url:
                    type: string
                    title: API address
                    description: >-
                      Of a GitHub Enterprise Server: https://HOST/api/v3. Without it, GitHub.com is read.
                    pattern: "^https?://[^/?#@ ]+(/[^?# ]*)?$"
                    examples: ["https://github.example.com/api/v3"]
                    x-identity: true
                  start_date:
                    type: string
                    title: Start date
                    description: Issues and pull requests that haven't changed since this day are left out.
                    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
                    examples: ["2024-01-01"]
                    x-identity: false
            """#)
}
