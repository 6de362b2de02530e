// One import is enough for a program: bodies and JSON values are part of what the client's calls take and give.
@_exported public import JSON
@_exported public import WireAPI
