/// Written from the reference of the Jira Cloud platform's REST API, version 3.
extension BundledManifest {
    // JQL reads a time in the account's own zone, which answers don't tell for sure; hence the look-back. Wrong
    // credentials may be answered as if nobody had signed in, with a 200 and nothing in it; a header tells. Users may be
    // left out of a page, so a short one isn't the last.
    static let jira = BundledManifest(
        type: "jira", title: "Jira Cloud", version: "1.0.0",
        text: #"""
            version: 6.1.0
            type: DeclarativeSource
            description: Projects, issues and users of a Jira Cloud site.
            check: {type: CheckStream, stream_names: [projects]}
            definitions:
              text: &text {type: [string, "null"]}
              flag: &flag {type: [boolean, "null"]}
              time: &time {type: [string, "null"], format: date-time}
              object: &object {type: [object, "null"]}
              texts: &texts {type: [array, "null"], items: {type: string}}
              objects: &objects {type: [array, "null"], items: {type: object}}
              requester:
                type: HttpRequester
                url_base: "{{ config['site_url'].rstrip('/') }}/rest/api/3"
                http_method: GET
                authenticator:
                  type: BasicHttpAuthenticator
                  username: "{{ config['email'] }}"
                  password: "{{ config['api_token'] }}"
                request_headers: {Accept: application/json}
                error_handler:
                  type: DefaultErrorHandler
                  max_retries: 8
                  response_filters:
                    - type: HttpResponseFilter
                      predicate: >-
                        {{ (headers.get('x-seraph-loginreason') or headers.get('X-Seraph-LoginReason') or '')
                        .startswith('AUTHENTICATION_DENIED')
                        or (headers.get('x-seraph-loginreason') or headers.get('X-Seraph-LoginReason') or '')
                        .startswith('AUTHENTICATED_FAILED') }}
                      action: FAIL
                      failure_type: config_error
                      error_message: The e-mail address or the API token isn't valid.
                    - type: HttpResponseFilter
                      http_codes: [401]
                      action: FAIL
                      failure_type: config_error
                      error_message: The e-mail address or the API token isn't valid.
                    - type: HttpResponseFilter
                      http_codes: [403]
                      action: FAIL
                      failure_type: config_error
                      error_message: The account lacks a permission.
                    - type: HttpResponseFilter
                      http_codes: [404]
                      action: FAIL
                      failure_type: config_error
                      error_message: There is no Jira at the site's address.
                  backoff_strategies:
                    - {type: WaitTimeFromHeader, header: Retry-After}
              schemas:
                project:
                  type: object
                  properties:
                    id: {type: string}
                    key: *text
                    name: *text
                    description: *text
                    projectTypeKey: *text
                    projectCategory: *object
                    lead: *object
                    simplified: *flag
                    style: *text
                    isPrivate: *flag
                    archived: *flag
                    self: *text
                    avatarUrls: *object
                issue:
                  type: object
                  properties:
                    id: {type: string}
                    key: *text
                    self: *text
                    updated: *time
                    fields:
                      type: [object, "null"]
                      properties:
                        summary: *text
                        description: *object
                        issuetype: *object
                        project: *object
                        status: *object
                        priority: *object
                        resolution: *object
                        resolutiondate: *time
                        assignee: *object
                        reporter: *object
                        creator: *object
                        labels: *texts
                        components: *objects
                        fixVersions: *objects
                        parent: *object
                        duedate: *text
                        created: *time
                        updated: *time
                user:
                  type: object
                  properties:
                    accountId: {type: string}
                    accountType: *text
                    displayName: *text
                    emailAddress: *text
                    active: *flag
                    timeZone: *text
                    locale: *text
                    self: *text
                    avatarUrls: *object
            streams:
              - type: DeclarativeStream
                name: projects
                primary_key: id
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: project/search
                    request_parameters: {expand: "description,lead", orderBy: key}
                  paginator:
                    type: DefaultPaginator
                    page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: maxResults}
                    page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: startAt}
                    pagination_strategy:
                      type: CursorPagination
                      page_size: 50
                      cursor_value: "{{ response['startAt'] + (response['values'] | length) }}"
                      stop_condition: "{{ response['isLast'] or not response['values'] }}"
                  record_selector:
                    type: RecordSelector
                    extractor: {type: DpathExtractor, field_path: [values]}
                    record_filter:
                      type: RecordFilter
                      condition: "{{ not config.get('projects') or record['key'] in config['projects'] }}"
                schema_loader: {type: InlineSchemaLoader, schema: {$ref: "#/definitions/schemas/project"}}
              - type: DeclarativeStream
                name: issues
                primary_key: id
                incremental_sync:
                  type: DatetimeBasedCursor
                  cursor_field: updated
                  datetime_format: "%Y-%m-%dT%H:%M:%S.%f%z"
                  start_datetime:
                    type: MinMaxDatetime
                    datetime: "{{ config.get('start_date') or '2000-01-02' }}"
                    datetime_format: "%Y-%m-%d"
                  lookback_window: "PT{{ config.get('lookback_hours', 12) }}H"
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: search/jql
                    request_parameters:
                      jql: >-
                        {{ 'project in ("' ~ (config['projects'] | join('","')) ~ '") and '
                        if config.get('projects') else '' }}updated >=
                        "{{ stream_interval['start_time'][:10] }} {{ stream_interval['start_time'][11:16] }}"
                        order by updated desc
                      fields: "*all"
                  paginator:
                    type: DefaultPaginator
                    page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: maxResults}
                    page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: nextPageToken}
                    pagination_strategy:
                      type: CursorPagination
                      page_size: 100
                      cursor_value: "{{ response['nextPageToken'] }}"
                      stop_condition: "{{ response.get('isLast') or not response.get('nextPageToken') }}"
                  record_selector:
                    type: RecordSelector
                    extractor: {type: DpathExtractor, field_path: [issues]}
                transformations:
                  - type: AddFields
                    fields:
                      - type: AddedFieldDefinition
                        path: [updated]
                        value: "{{ record['fields']['updated'] }}"
                        value_type: string
                schema_loader: {type: InlineSchemaLoader, schema: {$ref: "#/definitions/schemas/issue"}}
              - type: DeclarativeStream
                name: users
                primary_key: accountId
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: users/search
                    request_parameters: {maxResults: "200"}
                  paginator:
                    type: DefaultPaginator
                    page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: startAt}
                    pagination_strategy: {type: OffsetIncrement}
                  record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
                schema_loader: {type: InlineSchemaLoader, schema: {$ref: "#/definitions/schemas/user"}}
            spec:
              type: Spec
              documentation_url: https://developer.atlassian.com/cloud/jira/platform/rest/v3/
              connection_specification:
                type: object
                additionalProperties: false
                required: [site_url, email, api_token]
                properties:
                  site_url:
                    type: string
                    title: Site
                    description: The address of the site.
                    pattern: "^https?://[^/?#@ ]+/?$"
                    examples: ["https://example.atlassian.net"]
                    x-identity: true
                  email:
                    type: string
                    title: E-mail address
                    description: Of the account that the API token belongs to.
                    pattern: "^[^@ ]+@[^@ ]+$"
                    x-identity: true
                  api_token:
                    type: string
                    title: API token
                    description: Made in the account's security settings; it sees what the account may see.
                    minLength: 1
                    airbyte_secret: true
                  projects:
                    type: array
                    title: Projects
                    description: Keys of the projects to read; without them, all that the account may see are read.
                    minItems: 1
                    maxItems: 100
                    uniqueItems: true
                    items: {type: string, pattern: "^[A-Z][A-Z0-9_]*$"}
                    x-identity: true
                  start_date:
                    type: string
                    title: Start date
                    description: Issues that haven't changed since this day are left out.
                    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
                    examples: ["2024-01-01"]
                    x-identity: false
                  lookback_hours:
                    type: integer
                    title: Look-back
                    description: >-
                      For so many hours before the newest change that is known issues are asked for again, since Jira
                      compares times in the account's time zone. 1 is enough where that is UTC.
                    minimum: 0
                    maximum: 48
                    default: 12
                    x-identity: false
            """#)
}
