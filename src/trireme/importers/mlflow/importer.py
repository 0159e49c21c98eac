"""From a source to a server: everything that is not there yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from trireme.domain.errors import NotFound
from trireme.importers.account import Account
from trireme.importers.mlflow.batches import Batches
from trireme.importers.mlflow.door import Door
from trireme.importers.mlflow.marks import Mark, mark_of
from trireme.importers.mlflow.source import Message, Model, Source, SourceError, Stub, TraceStub
from trireme.importers.mlflow.uploads import Uploads
from trireme.importers.progress import Progress

GROUP: Final = 500
_BODY_BYTES: Final = 8 << 20
_HERE: Final = frozenset({"", "file", "mlflow-artifacts", "http", "https"})
_ALIVE_MS: Final = 60_000
"""A run that goes on is told to be alive this often."""
_T = TypeVar("_T")


class Importer:
    """Brings a source over. Doing it again brings what is new since.

    Parameters:
        recheck: read and send also what was brought before and has not changed since.
        leave_remote: artifacts in S3 and the like stay where they are.
    """

    def __init__(
        self,
        source: Source,
        door: Door,
        account: Account,
        progress: Progress,
        *,
        recheck: bool = False,
        leave_remote: bool = False,
    ) -> None:
        self._source = source
        self._door = door
        self._account = account
        self._progress = progress
        self._recheck = recheck
        self._leave_remote = leave_remote
        self._left: set[str] = set()
        self._here: dict[str, str] = {}
        self._incomplete: set[str] = set()
        self._batches = Batches(door, account)
        self._sent: dict[str, str] = {}
        self._files: dict[str, dict[str, str]] | None = None
        self._uploads = Uploads(door, account, progress)

    def remember(self) -> None:
        """From now on, send of a run that is brought again only what has changed."""
        self._files = {}

    def run(self) -> None:
        """Bring everything.

        Raises:
            TriremeError: the server refuses, or does not answer for long. What was brought until then stays.
        """
        found = self.experiments()
        self._progress.total = sum(self._source.run_count(experiment) for experiment, _ in found)
        for experiment, identity in found:
            runs = before = self._progress.done
            for group in _groups(self._source.runs(experiment), GROUP):
                self.runs(identity, group)
            self.flush()
            runs = self._progress.done - before
            self.logged_models(experiment, identity)
            self.traces(experiment, identity)
            self.scorers(experiment, identity)
            self._progress.say(f"experiment {experiment['name']}: {runs:,} runs")
        self.registered_models()
        self.eval_datasets()
        self.left()
        self._progress.end()

    def flush(self) -> None:
        """Send what was gathered."""
        self._batches.flush()

    def experiments(self) -> list[tuple[Message, str]]:
        """Bring all experiments; each with its id here."""
        found = []
        for group in _groups(self._source.experiments(), GROUP):
            sent = [_without_place(experiment) | {"artifact_location": self._root(experiment)} for experiment in group]
            answer = self._door.call("experiments", experiments=sent)
            self._refused("experiments", answer)
            for experiment in group:
                here = answer.get("experiments", {}).get(experiment["experiment_id"])
                if here is None:
                    continue
                self._account.add("experiments", there=not here["made"])
                if here["experiment_id"] != experiment["experiment_id"]:
                    self._account.note(
                        f"experiment {experiment['experiment_id']} ({experiment['name']}) is experiment {here['experiment_id']} here"
                    )
                self._here[experiment["experiment_id"]] = str(here["experiment_id"])
                found.append((experiment, str(here["experiment_id"])))
                if self._leave_remote and _is_remote(experiment):
                    self._left.add(str(here["experiment_id"]))
        return found

    def _root(self, experiment: Message) -> str:
        """Where the experiment's artifacts stay; empty if they are brought."""
        root = str(experiment.get("artifact_location") or "")
        if not _is_remote(experiment) or (not self._leave_remote and self._source.keeps(experiment)):
            return ""
        self._account.note(f"the artifacts of {experiment['name']} stay at {root}, where MLflow's clients find them")
        return root

    def runs(self, experiment: str, stubs: Sequence[Stub]) -> set[str]:
        """Bring runs of one experiment with points and files; the ids of those of which something did not come.

        Parameters:
            experiment: its id here.
        """
        self._incomplete.clear()
        known = self._door.call("known-runs", run_ids=[stub.id for stub in stubs]).get("runs", {})
        todo: list[tuple[Stub, Message, Mark]] = []
        for stub in stubs:
            mark = mark_of(known.get(stub.id))
            if mark.stamp == stub.stamp and not self._recheck:
                self._account.add("runs", there=True)
                self._progress.step(1)
                continue
            try:
                todo.append((stub, self._source.run(stub), Mark() if self._recheck else mark))
            except SourceError as error:
                self._account.fail("runs", stub.id, str(error))
                self._incomplete.add(stub.id)
                self._progress.step(1)
        for part in _bodies(todo, lambda one: one[1]):
            made = self._headers(experiment, [message for _, message, _ in part if self._is_news(message)])
            for stub, message, mark in part:
                if stub.id in made or self._files is not None:
                    self._run(experiment, stub, message, mark, is_new=made.get(stub.id, False))
                self._progress.step(1)
        return self._incomplete

    def _is_news(self, message: Message) -> bool:
        """Whether a run has to be told again: it has changed, or is to be known to be alive."""
        if self._files is None:
            return True
        identity, minute = message["info"]["run_id"], message["heard_at"] // _ALIVE_MS
        told = f"{json.dumps({**message, 'heard_at': minute}, sort_keys=True)}"
        if self._sent.get(identity) == told:
            return False
        self._sent[identity] = told
        return True

    def _headers(self, experiment: str, messages: Sequence[Message]) -> dict[str, bool]:
        if not messages:
            return {}
        answer = self._door.call("runs", experiment_id=experiment, runs=messages)
        self._refused("runs", answer)
        made = {identity: bool(one["made"]) for identity, one in answer.get("runs", {}).items()}
        for message in messages:
            identity = message["info"]["run_id"]
            if identity not in made:
                continue
            there = not made[identity]
            self._account.add("runs", there=there)
            for kind, count in (
                ("params", len(message["data"]["params"])),
                ("tags", len(message["data"]["tags"])),
                ("data sets", len(message["inputs"].get("dataset_inputs", ()))),
            ):
                if count:
                    self._account.add(kind, count, there=there)
        return made

    def _run(self, experiment: str, stub: Stub, message: Message, mark: Mark, *, is_new: bool) -> None:
        before = self._account.failures
        offsets = dict(mark.offsets) if not is_new else {}
        for found in self._source.points(stub, offsets):
            for reason in found.broken:
                self._account.fail("points", f"metric '{found.key}' of run {stub.id}", reason)
            done = self._batches.add(stub.id, found) if found.values else False
            if found.offset is not None:
                offsets[found.key] = found.offset
            if done:  # of a long run, what is stored need not be sent again
                self._batches.mark(stub.id, Mark("", dict(offsets)))
            self._progress.step()
        if experiment not in self._left:
            self._send_files(stub, is_new=is_new)
        if self._account.failures > before:
            self._incomplete.add(stub.id)
        keeps = message["info"]["status"] in ("RUNNING", "SCHEDULED")  # it may grow
        # What is not whole is brought again the next time: it may be readable by then, and is named in any case.
        stamp = "" if stub.id in self._incomplete else stub.stamp
        self._batches.mark(stub.id, Mark(stamp, offsets if keeps else {}))

    def _send_files(self, stub: Stub, *, is_new: bool) -> None:
        files = self._source.files(stub)
        if self._files is None:
            self._uploads.send({"run_id": stub.id}, files, f"run {stub.id}", is_new=is_new)
            return
        known = self._files.setdefault(stub.id, {})
        changed = [file for file in files if known.get(file.path) != file.stamp]
        brought = self._uploads.send({"run_id": stub.id}, changed, f"run {stub.id}", is_new=is_new)
        known.update({file.path: file.stamp for file in changed if file.path in brought})

    def logged_models(self, experiment: Message, identity: str) -> None:
        """Bring an experiment's logged models. A model counts as brought only once its files are."""
        for group in _groups(self._source.logged_models(experiment), 200):
            unfinished = self._models(identity, group, finished=False)
            for model in group:
                name = model.message["info"]["model_id"]
                if unfinished.get(name) and identity not in self._left:
                    self._uploads.send({"model_id": name}, self._source.model_files(model), f"logged model {name}", is_new=True)
                elif unfinished.get(name) is False:
                    self._account.add("logged models", there=True)
            rest = [model for model in group if unfinished.get(model.message["info"]["model_id"])]
            if rest:
                self._account.add("logged models", len(self._models(identity, rest, finished=True)))

    def _models(self, identity: str, models: Sequence[Model], *, finished: bool) -> dict[str, bool]:
        messages = [model.message | {"finished": finished} for model in models]
        answer = self._door.call("logged-models", experiment_id=identity, models=messages)
        if not finished:
            self._refused("logged models", answer)
        return {name: bool(one["made"]) for name, one in answer.get("models", {}).items()}

    def traces(self, experiment: Message, identity: str) -> None:
        """Bring an experiment's traces."""
        self.trace_stubs(self._source.traces(experiment), identity)

    def trace_stubs(self, stubs: Iterable[TraceStub], identity: str) -> None:
        """Bring these traces of an experiment, whose id here is *identity*."""
        for group in _groups(stubs, GROUP):
            known = set(self._door.call("known-traces", trace_ids=[stub.id for stub in group]).get("traces", ()))
            new = [stub for stub in group if stub.id not in known or self._recheck]
            if len(new) < len(group):
                self._account.add("traces", len(group) - len(new), there=True)
            for part in _bodies(self._loaded(new), lambda one: one):
                answer = self._door.call("traces", experiment_id=identity, traces=part)
                self._refused("traces", answer)
                made = len(answer.get("made", ()))
                if made:
                    self._account.add("traces", made)
                there = len(part) - made - len(answer.get("refused", ()))
                if there > 0:
                    self._account.add("traces", there, there=True)
                self._progress.step()

    def _loaded(self, stubs: Sequence[TraceStub]) -> Iterator[Message]:
        for stub in stubs:
            try:
                yield stub.load()
            except SourceError as error:
                self._account.fail("traces", stub.id, str(error))

    def registered_models(self) -> None:
        """Bring all registered models. Their versions' files are those of runs and logged models."""
        for part in _bodies(self._source.registered_models(), lambda one: one):
            for model in part:
                for version in model["versions"]:
                    if not version.get("files") and not _is_prompt(model):
                        self._account.note(
                            f"the files of {model['name']} version {version['version']} stay at {version['source'] or 'no known place'}:"
                            " they belong to no run and no logged model"
                        )
            answer = self._door.call("registered-models", models=part)
            self._refused("registered models", answer)
            for one in answer.get("models", {}).values():
                self._account.add("registered models", there=not one["made"])
                for made in one.get("versions", {}).values():
                    self._account.add("model versions", there=not made)

    def scorers(self, experiment: Message, identity: str) -> None:
        """Bring an experiment's scorers; what counts is their versions."""
        for part in _bodies(self._source.scorers(experiment), lambda one: one):
            answer = self._door.call("scorers", experiment_id=identity, scorers=part)
            self._refused("scorers", answer)
            self._count("scorers", answer)

    def eval_datasets(self) -> None:
        """Bring all evaluation data sets with their records."""
        for found in self._source.eval_datasets():
            homes = [self._here[one] for one in found.message["experiment_ids"] if one in self._here]
            message: Message = found.message | {"experiment_ids": homes}
            answer = self._door.call("eval-datasets", datasets=[message])
            self._refused("evaluation data sets", answer)
            here = answer.get("datasets", {}).get(message["dataset_id"])
            if here is None:
                continue
            self._account.add("evaluation data sets", there=not here["made"])
            if here["whole"] and not self._recheck:
                continue
            before = self._account.failures
            try:
                for group in found.records():
                    for part in _bodies(group, lambda one: one):
                        self._eval_records(message["dataset_id"], part)
            except SourceError as error:
                self._account.fail("evaluation records", f"those of '{message['name']}'", str(error))
            if self._account.failures == before:  # else it is brought again the next time
                self._refused("evaluation data sets", self._door.call("eval-datasets", datasets=[message], finished=True))

    def _eval_records(self, dataset: str, records: Sequence[Message]) -> None:
        answer = self._door.call("eval-records", dataset_id=dataset, records=records)
        self._refused("evaluation records", answer)
        self._count("evaluation records", answer)
        self._progress.step()

    def _count(self, kind: str, answer: Mapping[str, Any]) -> None:
        for name, there in (("came", False), ("there", True)):
            if answer.get(name):
                self._account.add(kind, answer[name], there=there)

    def left(self) -> None:
        """Say what the source has beside all this."""
        parts = [
            f"{count:,} {name if count > 1 else name.removesuffix('s')}" for name, count in self._source.left().items() if count
        ]
        if parts:
            self._account.note(f"what is no part of Trireme stays behind: {', '.join(parts)}")

    def _refused(self, kind: str, answer: Mapping[str, Any]) -> None:
        for one in answer.get("refused", ()):
            of_kind = kind
            item = one["item"]
            self._incomplete.add(item)
            if path := one.get("path"):
                of_kind, _, name = path.partition("/") if path.startswith(("params/", "tags/", "times/")) else ("tags", "", path)
                item = f"'{name}' of {'experiment' if kind == 'experiments' else 'run'} {item}"
            elif kind == "registered models" and " version " in item:
                of_kind = "model versions"
            self._account.fail(of_kind, item, one["reason"])


def server_knows(door: Door) -> bool:
    """Whether the server has a door for importers."""
    try:
        door.call("known-runs", run_ids=[])
    except NotFound:
        return False
    return True


def _is_remote(experiment: Message) -> bool:
    scheme = urlsplit(str(experiment.get("artifact_location") or "")).scheme
    return scheme not in _HERE and len(scheme) > 1


def _is_prompt(model: Message) -> bool:
    return any(tag["key"] == "mlflow.prompt.is_prompt" and tag["value"].lower() == "true" for tag in model["tags"])


def _without_place(message: Message) -> Message:
    return {key: value for key, value in message.items() if key != "place"}


def _groups(found: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(found)
    while group := list(islice(iterator, size)):
        yield group


def _bodies(found: Iterable[_T], message: Any) -> Iterator[list[_T]]:
    """Parts that make bodies of some megabytes."""
    part: list[_T] = []
    size = 0
    for one in found:
        length = len(json.dumps(message(one), default=str))
        if part and (size + length > _BODY_BYTES or len(part) >= GROUP):
            yield part
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        yield part
