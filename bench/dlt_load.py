"""Load the same lists raw with dlt's REST source. Runs in an environment of its own.

`python dlt_load.py ORDER.json`; prints `{"seconds": ...}` as its last line. The clock
begins when everything is imported and configured, as ours does.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

#: How dlt is set, by variant; everything else is as dlt comes.
SETTINGS: dict[str, dict[str, str]] = {
    "default": {},
    "tuned": {
        "EXTRACT__WORKERS": "4",
        "EXTRACT__MAX_PARALLEL_ITEMS": "8",
        "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
        "DATA_WRITER__DISABLE_COMPRESSION": "true",
        "DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
        "LOAD__WORKERS": "4",
    },
}
KEEP_WHOLE = 0  # lists inside a record stay JSON, which costs dlt less than tables of their own


def main() -> None:
    order: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tuned = order["variant"] != "default"
    os.environ.update(SETTINGS["tuned" if tuned else "default"])
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"

    import dlt  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415  # reads the settings above
    from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            pipeline_name=order["dataset"],
            pipelines_dir=folder,
            destination=dlt.destinations.postgres(order["database"]),
            dataset_name=order["dataset"],
        )
        source = rest_api_source(
            _config(order),
            name="cliniko",
            parallelized=tuned,
            max_table_nesting=KEEP_WHOLE if tuned else None,
        )
        begun = time.monotonic()
        pipeline.run(source, loader_file_format="csv" if tuned else None)
        seconds = time.monotonic() - begun
    print(json.dumps({"seconds": seconds}))


def _config(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "client": {
            "base_url": order["url"],
            "auth": {"type": "http_basic", "username": order["key"], "password": ""},
            "headers": {"User-Agent": "bench (bench@handover.example)"},
            "paginator": {"type": "json_link", "next_url_path": "links.next"},
        },
        "resources": [_resource(each, order["variant"]) for each in order["lists"]],
    }


def _resource(each: dict[str, Any], variant: str) -> dict[str, Any]:
    if each["single"]:
        endpoint = {"path": each["path"], "paginator": "single_page", "data_selector": "$"}
        return {"name": each["name"], "endpoint": endpoint}
    params = {"per_page": 100, "q[]": each["filters"]}
    endpoint = {"path": each["path"], "params": params, "data_selector": each["key"]}
    merging = {"write_disposition": "merge", "primary_key": "id"} if variant == "merge" else {}
    return {"name": each["name"], "endpoint": endpoint, **merging}


if __name__ == "__main__":
    main()
