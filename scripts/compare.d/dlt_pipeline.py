"""A dlt pipeline as its documentation builds one: SOURCE-KIND SOURCE TARGET-KIND TARGET MODE TABLE…"""
import sys

import dlt

kind, source, target_kind, target, mode, *tables = sys.argv[1:]
merge = {"write_disposition": {"disposition": "merge", "strategy": "upsert"}, "primary_key": "id"} if mode == "changed" \
    else {"write_disposition": "replace"}

if kind in ("table", "small"):
    from dlt.sources.sql_database import sql_table

    newest = dlt.sources.incremental("updated_at") if mode == "changed" else None
    resources = [sql_table(credentials=source, table=table, backend="connectorx", reflection_level="full", incremental=newest,
                           backend_kwargs={"return_type": "arrow_stream", "batch_size": 100_000}) for table in tables]
elif kind == "csv":
    import pyarrow.csv

    @dlt.resource(name=tables[0])
    def rows():
        with pyarrow.csv.open_csv(source, pyarrow.csv.ReadOptions(block_size=16 << 20)) as reader:
            yield from reader

    resources = [rows]
else:
    from dlt.sources.rest_api import rest_api_resources

    resources = rest_api_resources({
        "client": {"base_url": source, "paginator": {"type": "page_number", "base_page": 0, "total_path": None}},
        "resources": [{"name": tables[0], "endpoint": {"path": "items", "data_selector": "items"}, "max_table_nesting": 0}]})

if target_kind == "postgres":
    destination, form = dlt.destinations.postgres(target), "csv"
else:
    destination, form = dlt.destinations.sqlalchemy(target), "parquet"
pipeline = dlt.pipeline("compare" if len(tables) > 1 else f"compare_{tables[0]}", destination=destination, dataset_name="landed")
pipeline.run(resources, loader_file_format=form, **merge)
