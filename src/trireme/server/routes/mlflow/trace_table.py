"""The calls about traces, assessments, evaluation data sets and scorers that are JSON in, JSON out."""

from __future__ import annotations

from trireme.protocols.mlflow import assessments, eval_datasets, scorers, trace_search, traces
from trireme.protocols.mlflow.wire import fields
from trireme.server.routes.mlflow.table import Call, Rpc

_V2 = ("2.0",)
_V3 = ("3.0",)
_BOTH = ("2.0", "3.0")


def _rpc(versions: tuple[str, ...], method: str, path: str, message: str, call: Call) -> Rpc:
    return Rpc(method, path, fields(message), call, versions)


_SEARCH = "filter:str max_results:i32=100 order_by:str[] page_token:str"
_DATASETS = "experiment_ids:str[] filter_string:str max_results:i32=1000 order_by:str[] page_token:str"
_PAIRS = "request_metadata:Tag[] tags:Tag[]"
_SCORER = "experiment_id!:str name!:str"
_ASSESSMENT = "traces/{trace_id}/assessments"

TRACE_RPCS: tuple[Rpc, ...] = (
    _rpc(_V3, "POST", "traces", "trace!:obj", traces.start),
    _rpc(_V3, "GET", "traces/get", "trace_id!:str allow_partial:bool", traces.get),
    _rpc(_V3, "GET", "traces/batchGet", "trace_ids:str[] experiment_ids:str[]", traces.get_batch),
    _rpc(_V3, "POST", "traces/batchGetInfos", "trace_ids:str[] experiment_ids:str[]", traces.get_batch_infos),
    _rpc(_V3, "POST", "traces/search", f"locations:obj[] {_SEARCH}", trace_search.search),
    _rpc(
        _V3,
        "POST",
        "traces/calculate-filter-correlation",
        "experiment_ids:str[] filter_string1:str filter_string2:str base_filter:str",
        trace_search.correlate,
    ),
    _rpc(_V3, "GET", "traces/{trace_id}", "trace_id!:str", traces.get_info),
    _rpc(_V2, "POST", "traces", f"experiment_id:str timestamp_ms:i64 {_PAIRS}", traces.start_v2),
    _rpc(_V2, "GET", "traces", f"experiment_ids:str[] {_SEARCH}", trace_search.search_v2),
    _rpc(_V2, "PATCH", "traces/{request_id}", f"request_id!:str timestamp_ms:i64 status:TraceStatus {_PAIRS}", traces.end_v2),
    _rpc(_V2, "GET", "traces/{request_id}/info", "request_id!:str", traces.get_info_v2),
    _rpc(_BOTH, "PATCH", "traces/{trace_id}/tags", "trace_id!:str key!:str value:str", traces.set_tag),
    _rpc(_BOTH, "DELETE", "traces/{trace_id}/tags", "trace_id!:str key!:str", traces.delete_tag),
    _rpc(
        _BOTH,
        "POST",
        "traces/delete-traces",
        "experiment_id!:str max_timestamp_millis:i64 max_traces:i32 request_ids:str[]",
        traces.delete,
    ),
    _rpc(_BOTH, "POST", "traces/link-to-run", "trace_ids:str[] run_id!:str", traces.link_to_run),
    _rpc(_BOTH, "POST", "traces/link-prompts", "trace_id!:str prompt_versions:PromptVersion[]", traces.link_prompts),
    _rpc(_V3, "POST", _ASSESSMENT, "trace_id!:str assessment!:obj", assessments.create),
    _rpc(_V3, "GET", f"{_ASSESSMENT}/{{assessment_id}}", "trace_id!:str assessment_id!:str", assessments.get),
    _rpc(
        _V3,
        "PATCH",
        f"{_ASSESSMENT}/{{assessment_id}}",
        "trace_id!:str assessment_id!:str assessment!:obj update_mask!:any",
        assessments.update,
    ),
    _rpc(_V3, "DELETE", f"{_ASSESSMENT}/{{assessment_id}}", "trace_id!:str assessment_id!:str", assessments.delete),
    _rpc(_V3, "POST", "scorers/register", f"{_SCORER} serialized_scorer!:str", scorers.register),
    _rpc(_V3, "GET", "scorers/list", "experiment_id:str experiment_ids:str[]", scorers.latest),
    _rpc(_V3, "GET", "scorers/versions", _SCORER, scorers.versions),
    _rpc(_V3, "GET", "scorers/get", f"{_SCORER} version:i32", scorers.get),
    _rpc(_V3, "DELETE", "scorers/delete", f"{_SCORER} version:i32", scorers.delete),
    _rpc(_V3, "POST", "datasets/create", "name!:str experiment_ids:str[] created_by:str tags:str", eval_datasets.create),
    *(_rpc(_V3, method, "datasets/search", _DATASETS, eval_datasets.search) for method in ("POST", "GET")),
    _rpc(_V3, "GET", "datasets/{dataset_id}", "dataset_id!:str page_token:str", eval_datasets.get),
    _rpc(_V3, "DELETE", "datasets/{dataset_id}", "dataset_id!:str", eval_datasets.delete),
    _rpc(_V3, "PATCH", "datasets/{dataset_id}/tags", "dataset_id!:str tags!:str", eval_datasets.set_tags),
    _rpc(_V3, "DELETE", "datasets/{dataset_id}/tags/{key}", "dataset_id!:str key!:str", eval_datasets.delete_tag),
    _rpc(
        _V3, "POST", "datasets/{dataset_id}/records", "dataset_id!:str records!:str updated_by:str", eval_datasets.merge_records
    ),
    _rpc(
        _V3,
        "GET",
        "datasets/{dataset_id}/records",
        "dataset_id!:str max_results:i32=1000 page_token:str",
        eval_datasets.get_records,
    ),
    _rpc(
        _V3, "DELETE", "datasets/{dataset_id}/records", "dataset_id!:str dataset_record_ids:str[]", eval_datasets.delete_records
    ),
    _rpc(_V3, "GET", "datasets/{dataset_id}/experiment-ids", "dataset_id!:str", eval_datasets.experiments_of),
    _rpc(
        _V3,
        "POST",
        "datasets/{dataset_id}/add-experiments",
        "dataset_id!:str experiment_ids:str[]",
        eval_datasets.add_experiments,
    ),
    _rpc(
        _V3,
        "POST",
        "datasets/{dataset_id}/remove-experiments",
        "dataset_id!:str experiment_ids:str[]",
        eval_datasets.remove_experiments,
    ),
)
