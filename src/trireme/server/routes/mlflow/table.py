"""Every call of the protocol that is JSON in, JSON out: method, path, message, meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trireme.protocols.mlflow import artifacts, experiments, logged_models, logging, metrics, registry, runs
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.wire import Field, fields

Call = Callable[[Context, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rpc:
    """One call.

    Parameters:
        path: below ``/api/2.0/mlflow/`` and ``/ajax-api/2.0/mlflow/``, or those of other *versions*.
        message: what may be sent, names in braces of the path among it.
    """

    method: str
    path: str
    message: tuple[Field, ...]
    call: Call
    versions: tuple[str, ...] = ("2.0",)


def _rpc(method: str, path: str, message: str, call: Call) -> Rpc:
    return Rpc(method, path, fields(message), call)


_RUN = "run_id:str run_uuid:str"
_SEARCH = "filter:str max_results:i64 order_by:str[] page_token:str"
_VERSION = "name!:str version!:str"

RPCS: tuple[Rpc, ...] = (
    _rpc("POST", "experiments/create", "name!:str artifact_location:str tags:Tag[]", experiments.create),
    _rpc("GET", "experiments/get", "experiment_id!:str", experiments.get),
    _rpc("GET", "experiments/get-by-name", "experiment_name!:str", experiments.get_by_name),
    _rpc("POST", "experiments/search", f"{_SEARCH} view_type:ViewType", experiments.search),
    _rpc("GET", "experiments/search", f"{_SEARCH} view_type:ViewType", experiments.search),
    _rpc("POST", "experiments/delete", "experiment_id!:str", experiments.delete),
    _rpc("POST", "experiments/restore", "experiment_id!:str", experiments.restore),
    _rpc("POST", "experiments/update", "experiment_id!:str new_name!:str", experiments.update),
    _rpc("POST", "experiments/set-experiment-tag", "experiment_id!:str key!:str value:str", experiments.set_tag),
    _rpc("POST", "experiments/delete-experiment-tag", "experiment_id!:str key!:str", experiments.delete_tag),
    _rpc("POST", "experiments/search-datasets", "experiment_ids:str[]", experiments.search_datasets),
    _rpc("POST", "runs/create", "experiment_id:str user_id:str run_name:str start_time:i64 tags:Tag[]", runs.create),
    _rpc("GET", "runs/get", _RUN, runs.get),
    _rpc("POST", "runs/update", f"{_RUN} status:RunStatus end_time:i64 run_name:str", runs.update),
    _rpc("POST", "runs/delete", "run_id!:str", runs.delete),
    _rpc("POST", "runs/restore", "run_id!:str", runs.restore),
    _rpc(
        "POST",
        "runs/search",
        "experiment_ids:str[] filter:str run_view_type:ViewType max_results:i32=1000 order_by:str[] page_token:str",
        runs.search,
    ),
    _rpc(
        "POST",
        "runs/log-metric",
        f"{_RUN} key!:str value!:dbl timestamp!:i64 step:i64=0 model_id:str dataset_name:str dataset_digest:str",
        logging.log_metric,
    ),
    _rpc("POST", "runs/log-parameter", f"{_RUN} key!:str value:str", logging.log_parameter),
    _rpc("POST", "runs/set-tag", f"{_RUN} key!:str value:str", logging.set_tag),
    _rpc("POST", "runs/delete-tag", "run_id!:str key!:str", logging.delete_tag),
    _rpc("POST", "runs/log-batch", "run_id:str metrics:Metric[] params:Param[] tags:Tag[]", logging.log_batch),
    _rpc("POST", "runs/log-model", "run_id:str model_json:str", logging.log_model),
    _rpc("POST", "runs/log-inputs", "run_id!:str datasets:DatasetInput[] models:ModelInput[]", logging.log_inputs),
    _rpc("POST", "runs/outputs", "run_id!:str models!:ModelOutput[]", logging.log_outputs),
    _rpc("GET", "metrics/get-history", f"{_RUN} metric_key!:str page_token:str max_results:i32", metrics.history),
    _rpc("GET", "metrics/get-history-bulk", "run_id:str[] metric_key:str max_results:i32", metrics.history_bulk),
    _rpc(
        "GET",
        "metrics/get-history-bulk-interval",
        "run_ids:str[] metric_key!:str start_step:i32 end_step:i32 max_results:i32",
        metrics.history_interval,
    ),
    _rpc("GET", "artifacts/list", f"{_RUN} path:str page_token:str", artifacts.of_run),
    _rpc("POST", "registered-models/create", "name!:str tags:Tag[] description:str", registry.create_model),
    _rpc("POST", "registered-models/rename", "name!:str new_name!:str", registry.rename_model),
    _rpc("PATCH", "registered-models/update", "name!:str description:str", registry.update_model),
    _rpc("DELETE", "registered-models/delete", "name!:str", registry.delete_model),
    _rpc("GET", "registered-models/get", "name!:str", registry.get_model),
    _rpc("GET", "registered-models/search", _SEARCH, registry.search_models),
    _rpc("POST", "registered-models/get-latest-versions", "name!:str stages:str[]", registry.latest_versions),
    _rpc("GET", "registered-models/get-latest-versions", "name!:str stages:str[]", registry.latest_versions),
    _rpc("POST", "registered-models/set-tag", "name!:str key!:str value:str", registry.set_model_tag),
    _rpc("DELETE", "registered-models/delete-tag", "name!:str key!:str", registry.delete_model_tag),
    _rpc("POST", "registered-models/alias", "name!:str alias!:str version!:str", registry.set_alias),
    _rpc("DELETE", "registered-models/alias", "name!:str alias!:str", registry.delete_alias),
    _rpc("GET", "registered-models/alias", "name!:str alias!:str", registry.get_by_alias),
    _rpc(
        "POST",
        "model-versions/create",
        "name!:str source!:str run_id:str tags:Tag[] run_link:str description:str model_id:str",
        registry.create_version,
    ),
    _rpc("PATCH", "model-versions/update", f"{_VERSION} description:str", registry.update_version),
    _rpc("POST", "model-versions/transition-stage", f"{_VERSION} stage!:str archive_existing_versions:bool", registry.transition),
    _rpc("DELETE", "model-versions/delete", _VERSION, registry.delete_version),
    _rpc("GET", "model-versions/get", _VERSION, registry.get_version),
    _rpc("GET", "model-versions/search", _SEARCH, registry.search_versions),
    _rpc("GET", "model-versions/get-download-uri", _VERSION, registry.download_uri),
    _rpc("POST", "model-versions/set-tag", f"{_VERSION} key!:str value:str", registry.set_version_tag),
    _rpc("DELETE", "model-versions/delete-tag", f"{_VERSION} key!:str", registry.delete_version_tag),
    _rpc(
        "POST",
        "logged-models",
        "experiment_id!:str name:str model_type:str source_run_id:str params:Param[] tags:Tag[]",
        logged_models.create,
    ),
    _rpc(
        "POST",
        "logged-models/search",
        "experiment_ids!:str[] filter:str datasets:DatasetFilter[] max_results:i32=50 order_by:OrderBy[] page_token:str",
        logged_models.search,
    ),
    _rpc("GET", "logged-models/{model_id}", "model_id!:str allow_deleted:bool", logged_models.get),
    _rpc("PATCH", "logged-models/{model_id}", "model_id!:str status!:LoggedModelStatus", logged_models.finish),
    _rpc("DELETE", "logged-models/{model_id}", "model_id!:str", logged_models.delete),
    _rpc("PATCH", "logged-models/{model_id}/tags", "model_id!:str tags:Tag[]", logged_models.set_tags),
    _rpc("DELETE", "logged-models/{model_id}/tags/{tag_key}", "model_id!:str tag_key!:str", logged_models.delete_tag),
    _rpc("POST", "logged-models/{model_id}/params", "model_id!:str params:Param[]", logged_models.add_params),
    _rpc(
        "GET",
        "logged-models/{model_id}/artifacts/directories",
        "model_id!:str artifact_directory_path:str page_token:str",
        artifacts.of_model,
    ),
)
