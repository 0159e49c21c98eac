"""The door for importers: whole experiments, runs, models and traces in the words of MLflow's REST messages, with their ids and times.

Every call may be repeated. One bad item costs itself only: it is named in ``refused``, the others of the request are kept.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from trireme.domain.errors import InvalidInput, NotFound, TriremeError
from trireme.domain.model import (
    PROMPT_TAG,
    READY,
    STAGES,
    Dataset,
    LoggedModel,
    LoggedModelStatus,
    ModelMetric,
    ModelVersion,
    RegisteredModel,
)
from trireme.domain.project import ProjectRecord
from trireme.domain.records import FileRef
from trireme.domain.trace import SPANS_TAG
from trireme.domain.types import AttributeType
from trireme.protocols.mlflow import spans, trace_wire
from trireme.protocols.mlflow.artifacts import folder_of_model
from trireme.protocols.mlflow.context import DEFAULT_NAME, Context, artifact_uri, experiment_id, workspace_and_name
from trireme.protocols.mlflow.errors import check_length, invalid
from trireme.protocols.mlflow.logged_models import artifact_location
from trireme.protocols.mlflow.names import RUN_NAME, STATES, check_artifact_path, param_path, tag_path, whole_number
from trireme.protocols.mlflow.wire import fields, read
from trireme.services.artifact import ROOT, file_ref
from trireme.services.imports import Brought, ForeignProject, ForeignRun
from trireme.services.registry import WORKSPACE
from trireme.services.rejections import Rejection
from trireme.services.run import MAX_NAME_BYTES
from trireme.services.writes import Assign, Writes

MAX_ITEMS: Final = 10_000
_LAST_TIME: Final = 10_413_792_000_000
_EXPERIMENT: Final = fields(
    "experiment_id!:str name!:str artifact_location:str lifecycle_stage:str creation_time:i64 last_update_time:i64 tags:Tag[]"
)
_RUN: Final = fields("info!:obj data:obj inputs:obj outputs:obj heard_at:i64")
_INFO: Final = fields("run_id!:str run_name:str user_id:str status:RunStatus start_time:i64 end_time:i64 lifecycle_stage:str")
_DATA: Final = fields("params:Param[] tags:Tag[]")
_INPUTS: Final = fields("dataset_inputs:DatasetInput[] model_inputs:ModelInput[]")
_OUTPUTS: Final = fields("model_outputs:ModelOutput[]")
_FILE: Final = fields("path!:str sha256!:str size!:i64")
_MODEL: Final = fields("info!:obj data:obj lifecycle_stage:str finished:bool")
_MODEL_INFO: Final = fields(
    "model_id!:str experiment_id:str name!:str creation_timestamp_ms!:i64 last_updated_timestamp_ms:i64 status:LoggedModelStatus"
    " status_message:str model_type:str source_run_id:str tags:Tag[]"
)
_MODEL_DATA: Final = fields("params:Param[] metrics:Metric[]")
_REGISTERED: Final = fields(
    "name!:str creation_timestamp!:i64 last_updated_timestamp:i64 description:str user_id:str tags:Tag[] aliases:obj[] versions:obj[]"
    " highest_version:i64=0"
)
_VERSION: Final = fields(
    "version!:i64 creation_timestamp!:i64 last_updated_timestamp:i64 description:str user_id:str current_stage:str source:str"
    " run_id:str run_link:str model_id:str status:VersionStatus status_message:str tags:Tag[] files:str"
)
_ALIAS: Final = fields("alias!:str version!:i64")
_STATUSES: Final = {
    "LOGGED_MODEL_PENDING": LoggedModelStatus.PENDING,
    "LOGGED_MODEL_READY": LoggedModelStatus.READY,
    "LOGGED_MODEL_UPLOAD_FAILED": LoggedModelStatus.FAILED,
}
_HARMLESS: Final = frozenset({"point_exists"})

Answer = dict[str, Any]


def experiments(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring experiments; what each of them is here, by its id there."""
    found: dict[str, Any] = {}
    refused: list[Answer] = []

    def bring(sent: Mapping[str, Any]) -> None:
        given = read(sent, _EXPERIMENT)
        _check_times(given, ("creation_time", "last_update_time"), given["experiment_id"], refused)
        project, made = _project(context, given)
        found[given["experiment_id"]] = {"experiment_id": experiment_id(project), "project": project.full_name, "made": made}

    _each(_items(args, "experiments"), "experiment_id", bring, refused)
    return {"experiments": found, "refused": refused}


def _project(context: Context, given: Mapping[str, Any]) -> tuple[ProjectRecord, bool]:
    tags = _pairs(given["tags"])
    if given["name"] == DEFAULT_NAME:
        project = context.default()
        known = context.projects.tags(context.actor, [project])[project.id]
        for key in tags.keys() - known.keys():
            context.projects.set_tag(context.actor, project, key, tags[key])
        return project, False
    workspace, name = workspace_and_name(given["name"])
    foreign = ForeignProject(
        workspace=workspace,
        name=name,
        number=whole_number(given["experiment_id"]),
        created_at=given["creation_time"],
        changed_at=given["last_update_time"],
        trashed=given["lifecycle_stage"] == "deleted",
        tags=tags,
        artifact_root=(given["artifact_location"] or "").rstrip("/"),
    )
    return context.imports.project(context.actor, foreign)


def known(context: Context, args: Mapping[str, Any]) -> Answer:
    """Tell which runs are here, and how far they were brought."""
    found = context.imports.find(context.actor, [str(one) for one in _items(args, "run_ids")])
    return {"runs": {identity: {"mark": brought.mark} for identity, brought in found.items()}}


def runs(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring runs of one experiment without points and files; what each of them is here, by its id."""
    project = context.experiment(str(args.get("experiment_id", "")))
    refused: list[Answer] = []
    given: dict[str, tuple[ForeignRun, Mapping[str, Any]]] = {}

    def take(sent: Mapping[str, Any]) -> None:
        run, rest = _run(sent, refused)
        given[run.custom_run_id] = (run, rest)
        if len(run.name.encode(errors="replace")) > MAX_NAME_BYTES:
            reason = f"A run's name has at most {MAX_NAME_BYTES:,} bytes; it was cut."
            refused.append({"item": run.custom_run_id, "path": f"tags/{RUN_NAME}", "reason": reason})

    _each(_items(args, "runs"), lambda sent: sent["info"]["run_id"], take, refused)
    brought = context.imports.runs(context.actor, project, [run for run, _ in given.values()])
    writes = []
    for identity, (_, rest) in given.items():
        run = brought[identity][0].run
        writes.append((run, _values(rest)))
        home = brought[identity][0].project
        if rest["datasets"]:
            context.models.add_datasets(context.actor, home, run, rest["datasets"])
        for output in (True, False):
            if models := rest["outputs" if output else "inputs"]:
                context.models.add_models(context.actor, home, run, models, output=output)
    problems = context.imports.write(context.actor, writes)
    by_key = {one.run.key: identity for identity, (one, _) in brought.items()}
    for key, found in problems.items():
        refused += [_refusal(by_key[key], rejection) for rejection in found]
    return {"runs": {identity: {"made": made} for identity, (_, made) in brought.items()}, "refused": refused}


def _run(sent: Mapping[str, Any], refused: list[Answer]) -> tuple[ForeignRun, Mapping[str, Any]]:
    outer = read(sent, _RUN)
    info, data = read(outer["info"], _INFO, "info."), read(outer["data"] or {}, _DATA, "data.")
    inputs, outputs = read(outer["inputs"] or {}, _INPUTS, "inputs."), read(outer["outputs"] or {}, _OUTPUTS, "outputs.")
    tags = _pairs(data["tags"])
    _check_times(info, ("start_time", "end_time"), info["run_id"], refused)
    start, end = info["start_time"] or 0, info["end_time"]
    run = ForeignRun(
        custom_run_id=info["run_id"],
        name=info["run_name"] or tags.get(RUN_NAME, ""),
        owner=info["user_id"] or tags.get("mlflow.user", ""),
        state=STATES[info["status"] or "RUNNING"],
        created_at=start,
        ended_at=end,
        heard_at=min(max(outer["heard_at"] or 0, start, end or 0), time.time_ns() // 1_000_000),
        trashed=info["lifecycle_stage"] == "deleted",
        tracker="mlflow",
    )
    datasets = []
    for one in inputs["dataset_inputs"]:
        data_set = one["dataset"]
        for name, limit in (("name", 500), ("digest", 36), ("source_type", 36)):
            check_length(data_set[name], limit, name)
        values = (data_set[name] for name in ("name", "digest", "source_type", "source", "schema", "profile"))
        datasets.append((Dataset(*values), _pairs(one["tags"])))
    rest = {
        "params": _pairs(data["params"]),
        "tags": {key: value for key, value in tags.items() if key != RUN_NAME},
        "datasets": datasets,
        "inputs": [(one["model_id"], 0) for one in inputs["model_inputs"]],
        "outputs": [(one["model_id"], one["step"]) for one in outputs["model_outputs"]],
    }
    return run, rest


def _check_times(given: dict[str, Any], names: Sequence[str], item: str, refused: list[Answer]) -> None:
    """Take times away that can be none."""
    for name in names:
        if given[name] is not None and not 0 <= given[name] < _LAST_TIME:
            reason = f"{given[name]} is no time in ms since 1970 before the year 2300."
            refused.append({"item": item, "path": f"times/{name}", "reason": reason})
            given[name] = None


def _values(rest: Mapping[str, Any]) -> Writes:
    writes = Writes([])
    for path_of, pairs in ((param_path, rest["params"]), (tag_path, rest["tags"])):
        for key, value in pairs.items():
            writes.paths.append(path_of(key))
            writes.values.append(Assign(len(writes.paths) - 1, AttributeType.STRING, value))
    return writes


def marks(context: Context, args: Mapping[str, Any]) -> Answer:
    """Remember how far runs were brought, in the importer's words."""
    wanted = args.get("marks")
    if not isinstance(wanted, dict) or len(wanted) > MAX_ITEMS:
        raise invalid("'marks' is an object with a text for each run.")
    found = context.imports.find(context.actor, list(wanted))
    context.imports.mark(context.actor, [(brought, str(wanted[identity])) for identity, brought in found.items()])
    return {}


def files(context: Context, args: Mapping[str, Any]) -> Answer:
    """Give a run, or a logged model, its files by their digests; those whose bytes are not here are left out and named in ``missing``."""
    refused: list[Answer] = []
    wanted: dict[str, tuple[str, int]] = {}

    def take(sent: Mapping[str, Any]) -> None:
        given = read(sent, _FILE)
        path = check_artifact_path(given["path"])
        if not path:
            raise invalid("A file has a name.")
        wanted[path] = (given["sha256"], given["size"])

    _each(_items(args, "files"), "path", take, refused)
    missing = set(context.imports.lacking(sha256 for sha256, _ in wanted.values()))
    there = {path: found for path, found in wanted.items() if found[0] not in missing}
    if args.get("model_id"):
        project, model = context.models.get(context.actor, str(args["model_id"]), trashed=True)
        folder = folder_of_model(project, model)
        for path, (sha256, size) in there.items():
            context.artifacts.name(context.actor, folder, path, sha256, size)
    elif there:
        brought = _one(context, args)
        writes = Writes([ROOT + path for path in there])
        refs: list[FileRef] = [file_ref(path, sha256, size) for path, (sha256, size) in there.items()]
        writes.values += [Assign(number, AttributeType.FILE, ref) for number, ref in enumerate(refs)]
        for rejections in context.imports.write(context.actor, [(brought.run, writes)]).values():
            refused += [_refusal(brought.run.custom_run_id, rejection) for rejection in rejections]
    return {"missing": sorted(missing), "refused": refused}


def _one(context: Context, args: Mapping[str, Any]) -> Brought:
    identity = str(args.get("run_id", ""))
    found = context.imports.find(context.actor, [identity]).get(identity)
    if found is None:
        raise NotFound(f"There is no run '{identity[:80]}'.", hint="Bring the run first.")
    return found


def logged_models(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring logged models of one experiment without files."""
    project = context.experiment(str(args.get("experiment_id", "")))
    refused: list[Answer] = []
    done: dict[str, bool] = {}

    def bring(sent: Mapping[str, Any]) -> None:
        outer = read(sent, _MODEL)
        info, data = read(outer["info"], _MODEL_INFO, "info."), read(outer["data"] or {}, _MODEL_DATA, "data.")
        identity = check_length(info["model_id"], 64, "model_id")
        metrics = [
            ModelMetric(
                m["key"],
                m["value"],
                m["timestamp"],
                m["step"],
                m["run_id"] or "",
                m["dataset_name"] or "",
                m["dataset_digest"] or "",
            )
            for m in data["metrics"]
        ]
        model = LoggedModel(
            id=identity,
            project_id=project.id,
            name=info["name"],
            type=info["model_type"] or "",
            status=_STATUSES[info["status"] or "LOGGED_MODEL_READY"],
            status_message=info["status_message"] or "",
            source_run=info["source_run_id"] or "",
            created_at=_clamped(info["creation_timestamp_ms"]),
            updated_at=_clamped(info["last_updated_timestamp_ms"] or info["creation_timestamp_ms"]),
            trashed=outer["lifecycle_stage"] == "deleted",
            params=_pairs(data["params"]),
            tags=_pairs(info["tags"]),
            metrics=metrics,
        )
        # One whose files are still to come is kept as an old one, so that it counts as new until they are there.
        done[identity] = context.imports.logged_model(context.actor, project, model, finished=outer["finished"] is not False)

    _each(_items(args, "models"), lambda sent: sent["info"]["model_id"], bring, refused)
    return {"models": {identity: {"made": made} for identity, made in done.items()}, "refused": refused}


def registered_models(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring registered models with their versions, aliases and tags."""
    refused: list[Answer] = []
    done: dict[str, Any] = {}

    def bring(sent: Mapping[str, Any]) -> None:
        given = read(sent, _REGISTERED)
        tags = _pairs(given["tags"])
        is_prompt = tags.get(PROMPT_TAG, "false").lower() == "true"
        versions = []
        for number, one in enumerate(given["versions"]):
            try:
                versions.append(
                    _version(context, given["name"], read(one, _VERSION, f"versions[{number}]."), is_prompt=is_prompt)
                )
            except TriremeError as error:
                refused.append({"item": f"{given['name']} version {one.get('version')}", "reason": str(error)})
        aliases = {one["alias"]: one["version"] for one in (read(one, _ALIAS, "aliases.") for one in given["aliases"])}
        model = RegisteredModel(
            id=0,
            workspace=WORKSPACE,
            name=given["name"],
            description=given["description"] or "",
            owner=given["user_id"] or context.actor.name,
            created_at=_clamped(given["creation_timestamp"]),
            updated_at=_clamped(given["last_updated_timestamp"] or given["creation_timestamp"]),
            tags=tags,
            aliases=aliases,
        )
        highest = max([given["highest_version"], *(version.version for version in versions)], default=0)
        made, of_versions = context.imports.registered_model(context.actor, model, versions, highest=highest)
        for version, made_version in of_versions.items():
            if made_version is None:
                reason = "The server has another version of that number. Rename the model here or there, and import again."
                refused.append({"item": f"{given['name']} version {version}", "reason": reason})
        kept = {str(version): made_version for version, made_version in of_versions.items() if made_version is not None}
        done[given["name"]] = {"made": made, "versions": kept}

    _each(_items(args, "models"), "name", bring, refused)
    return {"models": done, "refused": refused}


def _version(context: Context, name: str, given: Mapping[str, Any], *, is_prompt: bool) -> ModelVersion:
    stage = given["current_stage"] or "None"
    if stage not in STAGES:
        raise InvalidInput(f"'{stage[:40]}' is no stage.")
    if given["version"] < 1 or given["version"] >= 1 << 31:
        raise InvalidInput(f"{given['version']} is no number of a version.")
    source = given["source"] or ""
    return ModelVersion(
        model=name,
        version=given["version"],
        description=given["description"] or "",
        owner=given["user_id"] or context.actor.name,
        stage=stage,
        source=source,
        storage=source if is_prompt else _storage(context, given["files"] or source),
        run_id=given["run_id"] or "",
        run_link=given["run_link"] or "",
        logged_model_id=given["model_id"] or (_model_id(source) or ""),
        created_at=_clamped(given["creation_timestamp"]),
        updated_at=_clamped(given["last_updated_timestamp"] or given["creation_timestamp"]),
        tags=_pairs(given["tags"]),
        status=given["status"] or READY,
        status_message=given["status_message"] or "",
    )


def _storage(context: Context, place: str) -> str:
    """Where files are that an importer says are in a run (``runs:/id/path``) or a logged model (``models:/m-…``)."""
    scheme, _, rest = place.partition(":")
    owner, _, path = rest.lstrip("/").partition("/")
    try:
        if scheme == "runs":
            found = context.imports.find(context.actor, [owner])[owner]
            return f"{artifact_uri(found.project, found.run)}/{path}".rstrip("/")
        if model := _model_id(place):
            return artifact_location(*context.models.get(context.actor, model, trashed=True))
    except (KeyError, NotFound):
        pass
    return place


def _model_id(source: str) -> str | None:
    path = source.removeprefix("models:").lstrip("/")
    return path if path != source and path.startswith("m-") and "/" not in path else None


def traces(context: Context, args: Mapping[str, Any]) -> Answer:
    """Bring traces of one experiment with their spans and assessments."""
    project = replace(
        context.experiment(str(args.get("experiment_id", ""))), trashed=False
    )  # a trace in the trash is brought too
    refused: list[Answer] = []
    identities = [str(one.get("trace_info", {}).get("trace_id", "")) for one in _items(args, "traces") if isinstance(one, dict)]
    there = {info.id for info in context.traces.infos(context.actor, identities)} if identities else set[str]()
    made: list[str] = []

    def bring(sent: Mapping[str, Any]) -> None:
        location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id(project)}}
        trace, _, facts = trace_wire.told({"trace_info": {**sent["trace_info"], "trace_location": location}})
        context.traces.tell(context.actor, project, trace, facts)
        if sent.get("spans"):  # last: where spans are, everything is
            text = json.dumps({"spans": sent["spans"]}).encode()
            context.traces.log_spans(context.actor, project, spans.from_file(text, trace))
        if trace not in there:
            made.append(trace)

    _each(_items(args, "traces"), lambda sent: sent["trace_info"]["trace_id"], bring, refused)
    return {"made": made, "refused": refused}


def known_traces(context: Context, args: Mapping[str, Any]) -> Answer:
    """Tell which traces are here with their spans."""
    found = context.traces.infos(context.actor, [str(one) for one in _items(args, "trace_ids")])
    return {"traces": [info.id for info in found if SPANS_TAG in info.tags]}


def _clamped(milliseconds: int) -> int:
    return min(max(0, milliseconds), _LAST_TIME)


def _pairs(pairs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {pair["key"]: pair["value"] or "" for pair in pairs}


def _items(args: Mapping[str, Any], name: str) -> list[Any]:
    found = args.get(name)
    if not isinstance(found, list) or len(found) > MAX_ITEMS:
        raise invalid(f"'{name}' is a list of at most {MAX_ITEMS:,} items.")
    return found


def _each(
    items: Sequence[Any], name: str | Callable[[Any], Any], bring: Callable[[Mapping[str, Any]], None], refused: list[Answer]
) -> None:
    for item in items:
        try:
            bring(item)
        except (TriremeError, KeyError, TypeError, AttributeError) as error:
            try:
                identity = item[name] if isinstance(name, str) else name(item)
            except (KeyError, TypeError):
                identity = "an item without a name"
            reason = str(error) if isinstance(error, TriremeError) else "It has not the form of MLflow's messages."
            refused.append({"item": str(identity)[:300], "reason": reason})


def _refusal(run: str, rejection: Rejection) -> Answer:
    return {"item": run, "path": rejection.path, "reason": rejection.message, "count": rejection.count, "code": rejection.code}


CALLS: Final[dict[str, Callable[[Context, Mapping[str, Any]], Answer]]] = {
    "experiments": experiments,
    "known-runs": known,
    "runs": runs,
    "marks": marks,
    "files": files,
    "logged-models": logged_models,
    "registered-models": registered_models,
    "known-traces": known_traces,
    "traces": traces,
}
"""What may be asked, by the last part of the path."""
