/// Written from the reference of Okta's management API, version 1.
extension BundledManifest {
    // Without a filter Okta leaves deprovisioned users out of its list; one by `lastUpdated` gives all. Resets of the
    // rate limit are told in every answer, so only those with nothing remaining are heeded.
    static let okta = BundledManifest(
        type: "okta", title: "Okta", version: "1.0.0",
        text: #"""
            version: 6.1.0
            type: DeclarativeSource
            description: Users, groups, memberships of groups and apps of an Okta organization.
            check: {type: CheckStream, stream_names: [users]}
            definitions:
              text: &text {type: [string, "null"]}
              time: &time {type: [string, "null"], format: date-time}
              object: &object {type: [object, "null"]}
              texts: &texts {type: [array, "null"], items: {type: string}}
              requester:
                type: HttpRequester
                url_base: "{{ config['org_url'].rstrip('/') }}/api/v1"
                http_method: GET
                authenticator:
                  type: ApiKeyAuthenticator
                  api_token: "SSWS {{ config['api_token'] }}"
                  inject_into: {type: RequestOption, inject_into: header, field_name: Authorization}
                request_headers: {Accept: application/json}
                error_handler:
                  type: DefaultErrorHandler
                  max_retries: 8
                  response_filters:
                    - type: HttpResponseFilter
                      http_codes: [401]
                      action: FAIL
                      failure_type: config_error
                      error_message: The API token isn't valid or has expired.
                    - type: HttpResponseFilter
                      http_codes: [403]
                      action: FAIL
                      failure_type: config_error
                      error_message: The API token's administrator lacks a permission.
                    - type: HttpResponseFilter
                      http_codes: [404]
                      action: FAIL
                      failure_type: config_error
                      error_message: There is no Okta organization at that address.
                  backoff_strategies:
                    - {type: WaitTimeFromHeader, header: Retry-After}
                    - type: WaitTimeFromResponse
                      wait_time_in_seconds: >-
                        {{ (headers.get('x-rate-limit-reset') or headers.get('X-Rate-Limit-Reset')) | int
                        - now_utc().timestamp()
                        if (headers.get('x-rate-limit-remaining') or headers.get('X-Rate-Limit-Remaining')) == '0'
                        else 0 }}
              paginator:
                type: DefaultPaginator
                page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}
                page_token_option: {type: RequestPath}
                pagination_strategy:
                  type: CursorPagination
                  page_size: 200
                  cursor_value: "{{ headers['link']['next']['url'] }}"
                  stop_condition: "{{ 'next' not in headers['link'] }}"
              records: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
              updated:
                type: DatetimeBasedCursor
                cursor_field: lastUpdated
                datetime_format: "%Y-%m-%dT%H:%M:%S.%_msZ"
                start_datetime:
                  type: MinMaxDatetime
                  datetime: "{{ config.get('start_date') or '2000-01-01' }}"
                  datetime_format: "%Y-%m-%d"
                lookback_window: PT1M
              groups:
                type: DeclarativeStream
                name: groups
                primary_key: id
                incremental_sync: "#/definitions/updated"
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: groups
                    request_parameters:
                      filter: "lastUpdated gt \"{{ stream_interval['start_time'] }}\""
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: string}
                      type: *text
                      objectClass: *texts
                      profile:
                        type: [object, "null"]
                        properties: {name: *text, description: *text}
                      created: *time
                      lastUpdated: *time
                      lastMembershipUpdated: *time
              all_groups:
                $ref: "#/definitions/groups"
                name: all_groups
                incremental_sync: null
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: groups
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
            streams:
              - type: DeclarativeStream
                name: users
                primary_key: id
                incremental_sync: "#/definitions/updated"
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: users
                    request_parameters:
                      filter: "lastUpdated gt \"{{ stream_interval['start_time'] }}\""
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: string}
                      status: *text
                      type: *object
                      profile:
                        type: [object, "null"]
                        properties:
                          login: *text
                          email: *text
                          secondEmail: *text
                          firstName: *text
                          lastName: *text
                          mobilePhone: *text
                      credentials: *object
                      created: *time
                      activated: *time
                      statusChanged: *time
                      lastLogin: *time
                      lastUpdated: *time
                      passwordChanged: *time
              - "#/definitions/groups"
              - type: DeclarativeStream
                name: memberships
                primary_key: [groupId, userId]
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: "groups/{{ stream_partition.group }}/users"
                    error_handler:
                      type: CompositeErrorHandler
                      error_handlers:
                        # The group is gone since it was listed.
                        - type: DefaultErrorHandler
                          max_retries: 8
                          response_filters:
                            - {type: HttpResponseFilter, http_codes: [404], action: IGNORE}
                        - "#/definitions/requester/error_handler"
                  paginator: "#/definitions/paginator"
                  partition_router:
                    type: SubstreamPartitionRouter
                    parent_stream_configs:
                      - type: ParentStreamConfig
                        stream: "#/definitions/all_groups"
                        parent_key: id
                        partition_field: group
                  record_selector: "#/definitions/records"
                transformations:
                  - type: AddFields
                    fields:
                      - type: AddedFieldDefinition
                        path: [groupId]
                        value: "{{ stream_partition.group }}"
                        value_type: string
                      - type: AddedFieldDefinition
                        path: [userId]
                        value: "{{ record['id'] }}"
                        value_type: string
                  # The rest is the user's, and in the entity of users.
                  - type: RemoveFields
                    field_pointers:
                      - [id]
                      - [status]
                      - [created]
                      - [activated]
                      - [statusChanged]
                      - [lastLogin]
                      - [lastUpdated]
                      - [passwordChanged]
                      - [transitioningToStatus]
                      - [realmId]
                      - [type]
                      - [profile]
                      - [credentials]
                      - [_links]
                      - [_embedded]
                schema_loader:
                  type: InlineSchemaLoader
                  schema: {type: object, properties: {groupId: {type: string}, userId: {type: string}}}
              - type: DeclarativeStream
                name: apps
                primary_key: id
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: apps
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: string}
                      name: *text
                      label: *text
                      status: *text
                      signOnMode: *text
                      features: *texts
                      accessibility: *object
                      visibility: *object
                      settings: *object
                      credentials: *object
                      created: *time
                      lastUpdated: *time
            spec:
              type: Spec
              documentation_url: https://developer.okta.com/docs/api/
              connection_specification:
                type: object
                additionalProperties: false
                required: [org_url, api_token]
                properties:
                  org_url:
                    type: string
                    title: Organization
                    description: The address of the organization, without -admin.
                    pattern: "^https?://[^/?#@ ]+/?$"
                    examples: ["https://example.okta.com"]
                    x-identity: true
                  api_token:
                    type: string
                    title: API token
                    description: Made by an administrator who may read users, groups and apps.
                    minLength: 1
                    airbyte_secret: true
                  start_date:
                    type: string
                    title: Start date
                    description: Users and groups that haven't changed since this day are left out.
                    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
                    examples: ["2024-01-01"]
                    x-identity: false
            """#)
}
