"""The importers' door for evaluation: data sets, which are begun, given their records some at a time and finished; scorers.

Every call may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from trireme.domain.errors import TriremeError
from trireme.domain.eval_dataset import EvalDataset, EvalRecord
from trireme.domain.scorer import ScorerVersion
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import invalid
from trireme.protocols.mlflow.wire import fields, read

_DATASET: Final = fields(
    "dataset_id!:str name!:str digest:str created_time!:i64 last_update_time!:i64 created_by:str last_updated_by:str tags:map schema:obj"
    " experiment_ids:str[]"
)
_RECORD: Final = fields(
    "dataset_record_id!:str inputs!:obj outputs:any expectations:obj tags:obj source:obj created_time!:i64 last_update_time!:i64"
    " created_by:str last_updated_by:str"
)
_SCORER: Final = fields("name!:str scorer_id!:str versions:obj[]")
_SCORER_VERSION: Final = fields("version!:i32 content!:str created_at!:i64")
_MAX_ID: Final = 64

Answer = dict[str, Any]


def datasets(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring data sets; of each whether it is new, and whether it is here whole.

    Parameters:
        args: ``datasets``, and ``finished`` once their records came.
    """
    refused: list[Answer] = []
    found: dict[str, Answer] = {}
    for sent in _list(args, "datasets"):
        try:
            dataset = _dataset(context, sent)
            if args.get("finished"):
                context.eval_datasets.finish_import(context.actor, dataset)
            else:
                made, whole = context.eval_datasets.begin_import(context.actor, dataset)
                found[dataset.id] = {"made": made, "whole": whole}
        except TriremeError as error:
            refused.append({"item": _name(sent, "name"), "reason": str(error)})
    return {"datasets": found, "refused": refused}


def records(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring records of one data set; how many came, and how many were here."""
    refused: list[Answer] = []
    found: list[EvalRecord] = []
    identity = str(args.get("dataset_id", ""))
    for sent in _list(args, "records"):
        try:
            found.append(_record(identity, sent))
        except TriremeError as error:
            refused.append({"item": _name(sent, "dataset_record_id"), "reason": str(error)})
    came, there = context.eval_datasets.import_records(context.actor, identity, found)
    return {"came": came, "there": there, "refused": refused}


def scorers(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring scorers of one experiment with their versions; how many versions came, and how many were here."""
    project = replace(context.experiment(str(args.get("experiment_id", ""))), trashed=False)
    refused: list[Answer] = []
    came = there = 0
    for sent in _list(args, "scorers"):
        try:
            given = read(_object(sent), _SCORER)
            versions = [
                ScorerVersion(project.id, given["name"], one["version"], given["scorer_id"], one["content"], one["created_at"])
                for one in (read(version, _SCORER_VERSION, "versions.") for version in given["versions"])
            ]
            made = context.scorers.bring(context.actor, project, versions)
            came, there = came + made, there + len(versions) - made
        except TriremeError as error:
            refused.append({"item": _name(sent, "name"), "reason": str(error)})
    return {"came": came, "there": there, "refused": refused}


def _dataset(context: Context, sent: Any) -> EvalDataset:
    given = read(_object(sent), _DATASET)
    return EvalDataset(
        id=given["dataset_id"],
        name=given["name"],
        owner=context.actor.name,
        digest=(given["digest"] or "")[:64],
        created_at=given["created_time"],
        updated_at=given["last_update_time"],
        created_by=given["created_by"],
        updated_by=given["last_updated_by"],
        schema=given["schema"],
        tags=given["tags"] or {},
        projects=[context.experiment(one).id for one in given["experiment_ids"]],
    )


def _record(dataset: str, sent: Any) -> EvalRecord:
    given = read(_object(sent), _RECORD)
    if len(given["dataset_record_id"]) > _MAX_ID:
        raise invalid(f"The id of a record has at most {_MAX_ID} characters.")
    return EvalRecord(
        id=given["dataset_record_id"],
        dataset_id=dataset,
        inputs=given["inputs"],
        created_at=given["created_time"],
        updated_at=given["last_update_time"],
        outputs=given["outputs"],
        expectations=given["expectations"],
        tags=given["tags"] or {},
        source=given["source"],
        created_by=given["created_by"],
        updated_by=given["last_updated_by"],
    )


def _list(args: Mapping[str, Any], name: str) -> list[Any]:
    found = args.get(name)
    if not isinstance(found, list):
        raise invalid(f"'{name}' is a list.")
    return found


def _object(sent: Any) -> Mapping[str, Any]:
    if not isinstance(sent, dict):
        raise invalid("It has not the form of MLflow's messages.")
    return sent


def _name(sent: Any, key: str) -> str:
    return str(sent.get(key))[:300] if isinstance(sent, dict) else "an item without a name"


CALLS: Final[dict[str, Callable[[Context, Mapping[str, Any]], Answer]]] = {
    "eval-datasets": datasets,
    "eval-records": records,
    "scorers": scorers,
}
"""What may be asked, by the last part of the path."""
