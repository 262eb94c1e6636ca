"""A tap made with the singer-sdk: orders from a JSON file, incremental by `at`."""

import json

from singer_sdk import Stream, Tap
from singer_sdk import typing as th


class Orders(Stream):
    name = "orders"
    primary_keys = ("id",)
    replication_key = "at"
    is_sorted = True
    schema = th.PropertiesList(
        th.Property("id", th.IntegerType, required=True),
        th.Property("amount", th.NumberType),
        th.Property("at", th.DateTimeType, required=True),
    ).to_dict()

    def get_records(self, context):
        since = self.get_starting_replication_key_value(context)
        with open(self.config["file"], encoding="utf-8") as file:
            for order in json.load(file):
                if since is None or order["at"] >= since:
                    yield order


class TapOrders(Tap):
    name = "tap-orders"
    config_jsonschema = th.PropertiesList(th.Property("file", th.StringType, required=True)).to_dict()

    def discover_streams(self):
        return [Orders(self)]


if __name__ == "__main__":
    TapOrders.cli()
