"""Numbered migrations of the warehouse, and the statements that rebuild what can be derived."""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

from trireme.domain.errors import Conflict
from trireme.storage.warehouse.engine import Warehouse

_ENGINE = re.compile(r"\{\{engine (\w+)\(([^)]*)\)\}\}")
_FILE = re.compile(r"(\d{4})_(\w+)\.sql")

VIEWS_OF_POINTS: Final = ("float_summary", "float_summary_by_path", "float_rollup")
"""Tables that views fill from float_points and that `rebuild_runs` can make anew."""


def migrate(warehouse: Warehouse, *, replicated: bool = False) -> int:
    """Bring the schema to this program's version.

    ClickHouse has no transactional DDL: every statement of a migration is written so that running it again is harmless,
    and the record that it ran comes last.

    Parameters:
        replicated: make Replicated tables (a cluster with a keeper) instead of plain ones.

    Returns:
        How many migrations were applied.

    Raises:
        Conflict: the store has a migration that this program does not know.
    """
    warehouse.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, applied_at DateTime DEFAULT now())"
        " ENGINE = MergeTree ORDER BY number"
    )
    done = {int(n) for n in warehouse.query("SELECT number FROM migrations")["number"].to_pylist()}
    known = _known()
    if unknown := done - known.keys():
        raise Conflict(
            f"The warehouse has migration {max(unknown):04d}, which this version of Trireme does not know.",
            hint="Run the newer version that made it.",
        )
    for number in sorted(known.keys() - done):
        name, text = known[number]
        for statement in statements(text, replicated=replicated):
            warehouse.execute(statement)
        warehouse.execute(
            "INSERT INTO migrations (number, name) SELECT {number:UInt32}, {name:String}", {"number": number, "name": name}
        )
    return len(known.keys() - done)


def statements(text: str, *, replicated: bool) -> list[str]:
    """Split a migration into its statements and fill in the engines."""

    def engine(match: re.Match[str]) -> str:
        name, args = match.groups()
        if not replicated:
            return f"{name}({args})"
        extra = f", {args}" if args else ""
        return f"Replicated{name}('/clickhouse/tables/{{shard}}/{{database}}/{{table}}', '{{replica}}'{extra})"

    without_comments = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    parts = [part.strip() for part in re.split(r"^;$", without_comments, flags=re.MULTILINE)]
    return [
        _ENGINE.sub(engine, part)
        .replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
        .replace("CREATE MATERIALIZED VIEW ", "CREATE MATERIALIZED VIEW IF NOT EXISTS ", 1)
        for part in parts
        if part
    ]


def _known() -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for entry in resources.files("trireme.storage.warehouse.migrations").iterdir():
        if match := _FILE.fullmatch(entry.name):
            assert int(match[1]) not in found, f"two migrations have the number {match[1]}"
            found[int(match[1])] = (match[2], entry.read_text(encoding="utf-8"))
    return found
