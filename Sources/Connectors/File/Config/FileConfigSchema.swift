import JSON

extension FileConfig {
    /// JSON Schema, draft 2020-12.
    static let schema: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Files",
        "required": ["path"],
        "additionalProperties": false,
        "properties": properties,
    ]

    /// Neither an absolute path nor one with a part `..`: what leads out is refused before it is stored.
    private static let relativePath = {
        let part = #"([^./][^/]*|\.([^./][^/]*)?|\.\.[^/]+)"#
        return "^\(part)(/+\(part))*/*$"
    }()

    private static let properties: JSONValue = [
        "path": [
            "type": "string", "minLength": 1, "maxLength": 4096, "title": "Path", "x-identity": true,
            "pattern": .string(relativePath),
            "description": """
            A file or pattern below the tenant's folder, such as exports/*.csv: * and ? match within a name, \
            [a-z] one character, ** any number of folders. No absolute path, no .. part.
            """,
        ],
        "format": [
            "type": "string", "enum": ["csv", "tsv", "json", "jsonl"], "title": "Format",
            "description": "Left out, it is told from the name: .csv .tsv .json .jsonl .ndjson, each also with .gz.",
        ],
        "compression": [
            "type": "string", "enum": ["none", "gzip", "auto"], "default": "auto", "title": "Compression",
            "description": "auto takes a file as gzip when its name ends in .gz or its first bytes say so.",
        ],
        "primary_key": [
            "type": ["array", "string"], "title": "Primary key", "minItems": 1, "maxItems": 16, "minLength": 1,
            "items": ["type": "string", "minLength": 1, "maxLength": 256],
            "description": """
            The columns or members that identify a record. Left out, a record is identified by its whole content.
            """,
        ],
        "entity": [
            "type": "string", "minLength": 1, "maxLength": 256, "title": "Entity",
            "description": """
            The name of the one entity that all files make together. Left out, each file makes an entity named \
            by its base name without extensions.
            """,
        ],
        "delimiter": [
            "type": "string", "minLength": 1, "maxLength": 2, "title": "Delimiter",
            "pattern": "^([\t !#-~]|\\\\t)$",
            "description": "CSV: what separates fields, one ASCII character or \\t; a comma, for TSV a tab.",
        ],
        "encoding": [
            "type": "string", "enum": ["utf-8", "latin-1"], "default": "utf-8", "title": "Encoding",
            "description": "CSV: how its text is encoded; a byte order mark of UTF-8 is dropped.",
        ],
        "header": [
            "type": "boolean", "default": true, "title": "Header",
            "description": "CSV: whether the first record names the columns; if not, they are column_1, column_2, …",
        ],
        "null_values": [
            "type": "array", "maxItems": 100, "items": ["type": "string", "maxLength": 256], "title": "Null values",
            "description": "CSV: unquoted fields that mean null, such as NULL or \\N. None unless given.",
        ],
        "infer_types": [
            "type": "boolean", "default": false, "title": "Infer types",
            "description": """
            CSV: whether columns that hold only integers, decimal numbers or true and false become such. The \
            whole file is looked at, so it is read twice; 00123 stays text, and an empty unquoted field is null.
            """,
        ],
        "json_path": [
            "type": "string", "minLength": 1, "maxLength": 256, "title": "Path to the records",
            "description": """
            JSON: where the array of records is, such as data.items. Left out, the file is an array or an object \
            with just one array.
            """,
        ],
    ]
}
