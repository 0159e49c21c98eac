"""An application that is traced, as an MLflow 3 user writes it, and everything read back. Prints what it found."""

import json

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, SpanType


@mlflow.trace(span_type=SpanType.TOOL, attributes={"shop": "é", "rate": 0.5})
def look_up(name):
    if name == "broken":
        raise ValueError("no such thing")
    return {"name": name, "price": 3}


@mlflow.trace(name="answer", span_type=SpanType.AGENT)
def answer(question):
    mlflow.update_current_trace(tags={"team": "blue"}, metadata={"mlflow.trace.session": "s-1"})
    with mlflow.start_span("model", span_type=SpanType.LLM) as span:
        span.set_inputs({"messages": [{"role": "user", "content": question}]})
        span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7})
        span.set_outputs({"choices": [{"message": {"role": "assistant", "content": "sure"}}]})
    return look_up(question)


def main() -> None:
    experiment = mlflow.set_experiment("shop/answers").experiment_id
    client = MlflowClient()
    with mlflow.start_run() as run:
        answer("apple")
        good = mlflow.get_last_active_trace_id()
    try:
        answer("broken")
    except ValueError:
        bad = mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()
    human = AssessmentSource("HUMAN", "ann")
    first = mlflow.log_feedback(trace_id=good, name="helpful", value=2, source=human, rationale="short")
    mlflow.override_feedback(trace_id=good, assessment_id=first.assessment_id, value=4, source=human)
    mlflow.log_expectation(trace_id=good, name="price", value={"at_most": 3}, source=human)
    client.set_trace_tag(bad, "checked", "yes")
    client.link_traces_to_run([bad], run.info.run_id)
    trace = client.get_trace(good)
    failed = client.get_trace(bad)
    frame = mlflow.search_traces(locations=[experiment], order_by=["timestamp ASC"])

    def found(text):
        return [good == one.info.trace_id for one in client.search_traces(locations=[experiment], filter_string=text)]

    dataset = mlflow.genai.datasets.create_dataset(name="cases", experiment_id=experiment, tags={"stage": "try"})
    dataset.merge_records(client.search_traces(locations=[experiment], filter_string="status = 'OK'"))
    dataset.merge_records([{"inputs": {"question": "apple"}, "expectations": {"price": 3}}, {"inputs": {"question": "pear"}}])
    again = mlflow.genai.datasets.get_dataset(dataset_id=dataset.dataset_id)
    result = {
        "state": [trace.info.state.value, failed.info.state.value],
        "spans": [[span.name, span.span_type, span.parent_id is None] for span in trace.data.spans],
        "attributes": [trace.data.spans[-1].get_attribute("shop"), trace.data.spans[-1].get_attribute("rate")],
        "inputs": trace.data.spans[0].inputs,
        "outputs": trace.data.spans[0].outputs,
        "usage": trace.info.token_usage,
        "session": trace.info.trace_metadata["mlflow.trace.session"],
        "exception": [event.name for event in failed.data.spans[-1].events],
        "assessments": sorted([one.name, one.value, bool(one.valid)] for one in trace.info.assessments if one.feedback),
        "expected": [one.value for one in trace.info.assessments if one.expectation],
        "frame": [frame["trace_id"].tolist() == [good, bad], frame["state"].astype(str).tolist()],
        "searches": [
            found("tags.team = 'blue' AND feedback.helpful > 3"),
            found("span.type = 'TOOL' AND span.status = 'ERROR'"),
            found("span.attributes.shop = 'é'"),
            found(f"run_id = '{run.info.run_id}'"),
            found("tags.checked = 'yes' AND trace.text LIKE '%no such thing%'"),
        ],
        "records": sorted(([record["inputs"], record.get("expectations") or {}] for record in records_of(again)), key=str),
        "deleted": client.delete_traces(experiment, trace_ids=[bad]),
        "left": len(client.search_traces(locations=[experiment])),
    }
    print(json.dumps(result, default=str))


def records_of(dataset):
    return json.loads(dataset.to_df().to_json(orient="records"))


if __name__ == "__main__":
    main()
