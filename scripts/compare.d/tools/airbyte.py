import json
import os
import subprocess

import places
import works
from tools.command import CommandTool
from tools.limit import work_url


class AirbyteCDK(CommandTool):
    """airbyte-cdk: the source alone, which writes its messages to a pipe that counts them. Nothing is stored: less than others do."""

    name, version = "airbyte-cdk", "7.39.1"
    kinds = [("http", "postgres", "first"), ("http", "sqlite", "first")]
    program = places.program("airbyte-cdk-7.39.1", "source-declarative-manifest")
    count = places.path("airbyte-cdk.count")

    def configure(self, work):
        # JSON is YAML too, but not the other way round: the environment's own parser reads the manifest.
        manifest = os.path.join(places.ROOT, "scripts", "bench-declarative.d", "manifest.yaml")
        with open(places.path(self.name, "make.py"), "w") as file:
            file.write("import json, sys, yaml\n"
                       "json.dump({'url': sys.argv[2], '__injected_declarative_manifest': yaml.safe_load(open(sys.argv[1]))}, "
                       "open('config.json', 'w'))\n")
        subprocess.run([places.program("airbyte-cdk-7.39.1", "python"), "make.py", manifest, work_url()], check=True,
                       cwd=os.path.dirname(places.path(self.name, "make.py")))
        stream = {"name": "items", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
        with open(places.path(self.name, "catalog.json"), "w") as file:
            json.dump({"streams": [{"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append"}]}, file)

    def commands(self, work):
        return [[self.program, "read", "--config", "config.json", "--catalog", "catalog.json"],
                ["bash", "-c", f"grep -c '\"RECORD\"' >{self.count}"]]

    def arrived(self, work):
        with open(self.count) as file:
            count = int(file.read())
        return (count, *works.expected(work)[1:])

    def leaves(self, work):
        return "nothing: read only, an easier event"
