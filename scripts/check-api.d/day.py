"""A source's day with a client that openapi-python-client generated: python day.py URL, with a token in CHECK_API_TOKEN."""

import os
import sys

from client import AuthenticatedClient
from client.api.datasources import datasources_create, datasources_get, datasources_list, datasources_sync
from client.api.records import records_list
from client.models import DataSource, NewDataSource, NewDataSourceConfigType0, Problem, SyncRequest


def main(url):
    with AuthenticatedClient(url, os.environ["CHECK_API_TOKEN"], raise_on_unexpected_status=True) as client:
        config = NewDataSourceConfigType0.from_dict({"path": "customers.csv", "primary_key": ["id"]})
        body = NewDataSource(name="Generated", type_="file", config=config)
        source = datasources_create.sync(client=client, body=body)
        assert isinstance(source, DataSource), source

        run = datasources_sync.sync(source.id, client=client, body=SyncRequest(), wait=30)
        assert run.status == "succeeded", run
        assert [entity.inserted for entity in run.entities] == [2], run

        listed = datasources_list.sync(client=client, name="Generated")
        assert [item.id for item in listed.items] == [source.id], listed
        assert listed.items[0].synced_entities.additional_properties == {"customers": 2}, listed

        records = records_list.sync(source.id, "customers", client=client)
        assert [record.data.additional_properties["name"] for record in records.items] == ["Ada", "Grace"], records

        missing = datasources_get.sync("ds_" + "0" * 26, client=client)
        assert isinstance(missing, Problem) and missing.code == "datasource.not_found", missing


main(sys.argv[1])
