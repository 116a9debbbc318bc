"""Puts one text item on the topic `items`, as JSON.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python produce.py --brokers localhost:9092 acme post-17 "Fresh bread every morning"
"""

import argparse
import json

from kafka import KafkaProducer


def main() -> None:
    options = read_options()
    item = {
        "tenant": options.tenant,
        "item_id": options.item_id,
        "version": options.version,
        "parts": [{"part_id": "body", "modality": "text", "text": options.text}],
    }
    # What is not acknowledged by every in-sync replica was not said.
    producer = KafkaProducer(bootstrap_servers=options.brokers.split(","), acks="all")
    place = producer.send(
        options.prefix + "items",
        key=f"{options.tenant}/{options.item_id}".encode(),
        value=json.dumps(item).encode(),
        headers=[("content-type", b"application/json")],
    ).get(timeout=30)
    producer.close()
    print(f"{place.topic}/{place.partition}/{place.offset}")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Puts one text item on the topic items.")
    parser.add_argument("--brokers", required=True, help="host:port,host:port")
    parser.add_argument("--prefix", default="", help="topic prefix of the deployment")
    parser.add_argument("--version", type=int, default=1, help="edit counter, from 1")
    parser.add_argument("tenant")
    parser.add_argument("item_id")
    parser.add_argument("text")
    return parser.parse_args()


if __name__ == "__main__":
    main()
