"""Registered models and their versions in the catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from trireme.domain.errors import AlreadyExists
from trireme.domain.model import PROMPT_TAG, STAGES, ModelSummary, ModelVersion, RegisteredModel
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.registry_tables import (
    model_aliases,
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)


class Registry:
    """Find, make and change registered models. *workspace* and *name* say which one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def create(self, workspace: str, name: str, *, owner: str, description: str, tags: Mapping[str, str]) -> RegisteredModel:
        """Make a model.

        Raises:
            AlreadyExists: the name is taken.
        """
        now = now_ms()
        values = {
            "workspace": workspace,
            "name": name,
            "owner": owner,
            "description": description,
            "created_at": now,
            "updated_at": now,
        }
        try:
            with self._engine.begin() as connection:
                made = connection.execute(insert(registered_models).values(values).returning(registered_models.c.id)).scalar_one()
                if tags:
                    rows = [{"model_id": made, "key": key, "value": value} for key, value in tags.items()]
                    connection.execute(insert(registered_model_tags), rows)
        except IntegrityError:
            raise AlreadyExists(f"Registered Model (name={name}) already exists.") from None
        found = self.get(workspace, name)
        assert found is not None
        return found

    def get(self, workspace: str, name: str) -> RegisteredModel | None:
        """One model, with its tags, aliases and latest versions."""
        return next(iter(self._models(registered_models.c.workspace == workspace, registered_models.c.name == name)), None)

    def all(self, workspace: str) -> list[RegisteredModel]:
        """All models of a workspace by name."""
        return self._models(registered_models.c.workspace == workspace)

    def page(self, workspace: str, words: Sequence[str], *, prompts: bool, limit: int, offset: int) -> list[ModelSummary]:
        """Models that were changed last first.

        Parameters:
            words: each is part of the name, the description or a tag, in any case.
            prompts: those that are prompts instead of those that are none.
        """
        tagged = select(registered_model_tags.c.model_id)
        is_prompt = registered_models.c.id.in_(
            tagged.where(registered_model_tags.c.key == PROMPT_TAG, func.lower(registered_model_tags.c.value) == "true")
        )
        conditions: list[ColumnElement[bool]] = [registered_models.c.workspace == workspace, is_prompt if prompts else ~is_prompt]
        for word in words:
            in_tags = or_(_has(registered_model_tags.c.key, word), _has(registered_model_tags.c.value, word))
            conditions.append(
                or_(
                    _has(registered_models.c.name, word),
                    _has(registered_models.c.description, word),
                    registered_models.c.id.in_(tagged.where(in_tags)),
                )
            )
        order = (registered_models.c.updated_at.desc(), registered_models.c.id.desc())
        chosen = select(registered_models.c.id).where(*conditions).order_by(*order).limit(limit).offset(offset)
        with self._engine.connect() as connection:
            ids = list(connection.execute(chosen).scalars())
            counts = select(model_versions.c.model_id, func.count().label("n"), func.max(model_versions.c.version).label("last"))
            mine = counts.where(model_versions.c.model_id.in_(ids)).group_by(model_versions.c.model_id)
            found = {row.model_id: (int(row.n), int(row.last)) for row in connection.execute(mine)}
        models = {model.id: model for model in self._models(registered_models.c.id.in_(ids), latest=False)}
        return [ModelSummary(models[id_], *found.get(id_, (0, 0))) for id_ in ids if id_ in models]

    def update(
        self,
        model: RegisteredModel,
        *,
        tags: Mapping[str, str | None] | None = None,
        aliases: Mapping[str, int | None] | None = None,
        **changes: Any,
    ) -> None:
        """Change columns, tags and aliases of a model, all or nothing; a tag or alias that is None goes.

        Raises:
            AlreadyExists: the new name is taken.
        """
        try:
            with self._engine.begin() as connection:
                _touch(connection, model.id, **changes)
                self._put(connection, registered_model_tags, {"model_id": model.id}, "key", "value", tags or {})
                self._put(connection, model_aliases, {"model_id": model.id}, "alias", "version", aliases or {})
        except IntegrityError:
            raise AlreadyExists(f"Registered Model (name={changes.get('name')}) already exists.") from None

    def delete(self, model: RegisteredModel) -> None:
        """Forget a model with everything that belongs to it."""
        with self._engine.begin() as connection:
            for table in (model_version_tags, model_aliases, model_versions, registered_model_tags):
                connection.execute(delete(table).where(table.c.model_id == model.id))
            connection.execute(delete(registered_models).where(registered_models.c.id == model.id))

    def set_tag(self, model: RegisteredModel, key: str, value: str, *, version: int | None = None) -> None:
        """Give the model, or one of its versions, a tag."""
        keys: dict[str, Any] = {"model_id": model.id, "key": key}
        table = registered_model_tags
        if version is not None:
            table, keys["version"] = model_version_tags, version
        with self._engine.begin() as connection:
            self._upsert(connection, table, keys, {"value": value})
            _touch(connection, model.id, version)

    def delete_tag(self, model: RegisteredModel, key: str, *, version: int | None = None) -> None:
        """Take a tag away, if it is there."""
        table = registered_model_tags if version is None else model_version_tags
        conditions = [table.c.model_id == model.id, table.c.key == key]
        if version is not None:
            conditions.append(table.c.version == version)
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(*conditions))
            _touch(connection, model.id, version)

    def set_alias(self, model: RegisteredModel, alias: str, version: int) -> None:
        """Let an alias point to a version."""
        with self._engine.begin() as connection:
            self._upsert(connection, model_aliases, {"model_id": model.id, "alias": alias}, {"version": version})
            _touch(connection, model.id)

    def delete_alias(self, model: RegisteredModel, alias: str) -> None:
        """Take an alias away, if it is there."""
        with self._engine.begin() as connection:
            connection.execute(delete(model_aliases).where(model_aliases.c.model_id == model.id, model_aliases.c.alias == alias))
            _touch(connection, model.id)

    def add_version(self, model: RegisteredModel, *, tags: Mapping[str, str], **values: Any) -> ModelVersion:
        """Make the next version.

        Parameters:
            values: the columns of the table that are not given by the model.
        """
        now = now_ms()
        with self._engine.begin() as connection:
            # The update comes first: it takes the model's lock, so no number is given twice.
            connection.execute(
                update(registered_models)
                .where(registered_models.c.id == model.id)
                .values(next_version=registered_models.c.next_version + 1, updated_at=now)
            )
            number = connection.execute(
                select(registered_models.c.next_version).where(registered_models.c.id == model.id)
            ).scalar_one()
            version = int(number) - 1
            connection.execute(
                insert(model_versions).values(
                    {"model_id": model.id, "version": version, "created_at": now, "updated_at": now} | values
                )
            )
            if tags:
                rows = [{"model_id": model.id, "version": version, "key": key, "value": value} for key, value in tags.items()]
                connection.execute(insert(model_version_tags), rows)
        found = self.version(model, version)
        assert found is not None
        return found

    def version(self, model: RegisteredModel, version: int) -> ModelVersion | None:
        """One version."""
        found = self._versions(model_versions.c.model_id == model.id, model_versions.c.version == version)
        return found[0] if found else None

    def versions(self, workspace: str, *, model: RegisteredModel | None = None) -> list[ModelVersion]:
        """All versions of a model, or of a workspace."""
        if model is not None:
            return self._versions(model_versions.c.model_id == model.id)
        return self._versions(registered_models.c.workspace == workspace)

    def of_run(self, run_id: str) -> list[ModelVersion]:
        """The versions that a run made, by model and number."""
        return self._versions(model_versions.c.run_id == run_id)

    def update_version(
        self,
        model: RegisteredModel,
        version: int,
        *,
        tags: Mapping[str, str | None] | None = None,
        archive_others: bool = False,
        **changes: Any,
    ) -> None:
        """Change columns and tags of a version, all or nothing; a tag that is None goes. Only a new stage is a change of the model too.

        Parameters:
            archive_others: the other versions of the new stage become ``Archived``.
        """
        of_model = model_versions.c.model_id == model.id
        with self._engine.begin() as connection:
            if archive_others:
                others = (of_model, model_versions.c.stage == changes["stage"], model_versions.c.version != version)
                connection.execute(update(model_versions).where(*others).values(stage="Archived", updated_at=now_ms()))
            if changes:
                connection.execute(update(model_versions).where(of_model, model_versions.c.version == version).values(changes))
            keys = {"model_id": model.id, "version": version}
            self._put(connection, model_version_tags, keys, "key", "value", tags or {})
            if "stage" in changes:
                _touch(connection, model.id, version)
            else:
                _touch_version(connection, model.id, version)

    def delete_version(self, model: RegisteredModel, version: int) -> None:
        """Forget a version; its number is not given again."""
        with self._engine.begin() as connection:
            for table in (model_version_tags, model_aliases, model_versions):
                connection.execute(delete(table).where(table.c.model_id == model.id, table.c.version == version))
            _touch(connection, model.id)

    def _put(
        self,
        connection: Connection,
        table: Table,
        keys: Mapping[str, Any],
        key: str,
        value: str,
        changes: Mapping[str, Any],
    ) -> None:
        """Set or, where the new value is None, delete the rows of a model or a version."""
        for name, new in changes.items():
            if new is None:
                mine = [table.c[column] == wanted for column, wanted in {**keys, key: name}.items()]
                connection.execute(delete(table).where(*mine))
            else:
                self._upsert(connection, table, {**keys, key: name}, {value: new})

    def _models(self, *conditions: Any, latest: bool = True) -> list[RegisteredModel]:
        chosen = select(registered_models.c.id).where(*conditions)
        with self._engine.connect() as connection:
            rows = connection.execute(select(registered_models).where(*conditions).order_by(registered_models.c.name)).all()
            tags: dict[int, dict[str, str]] = defaultdict(dict)
            found_tags = select(registered_model_tags).where(registered_model_tags.c.model_id.in_(chosen))
            for row in connection.execute(found_tags):
                tags[row.model_id][row.key] = row.value
            aliases: dict[int, dict[str, int]] = defaultdict(dict)
            for row in connection.execute(select(model_aliases).where(model_aliases.c.model_id.in_(chosen))):
                aliases[row.model_id][row.alias] = row.version
        highest: dict[str, dict[str, ModelVersion]] = defaultdict(dict)
        for version in self._versions(model_versions.c.model_id.in_(chosen)) if latest else ():  # ascending, so the highest stays
            highest[version.model][version.stage] = version
        return [
            RegisteredModel(
                row.id, row.workspace, row.name, row.description, row.owner, row.created_at, row.updated_at,
                tags[row.id], aliases[row.id], [highest[row.name][stage] for stage in STAGES if stage in highest[row.name]],
            )
            for row in rows
        ]  # fmt: skip

    def _versions(self, *conditions: Any) -> list[ModelVersion]:
        """Versions by model and number."""
        joined = model_versions.join(registered_models, registered_models.c.id == model_versions.c.model_id)
        chosen = select(model_versions.c.model_id).select_from(joined).where(*conditions)
        statement = select(model_versions, registered_models.c.name.label("model")).select_from(joined).where(*conditions)
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(registered_models.c.name, model_versions.c.version)).all()
            tags: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
            for row in connection.execute(select(model_version_tags).where(model_version_tags.c.model_id.in_(chosen))):
                tags[row.model_id, row.version][row.key] = row.value
            aliases: dict[tuple[int, int], list[str]] = defaultdict(list)
            found = select(model_aliases).where(model_aliases.c.model_id.in_(chosen)).order_by(model_aliases.c.alias)
            for row in connection.execute(found):
                aliases[row.model_id, row.version].append(row.alias)
        return [
            ModelVersion(
                row.model, row.version, row.description, row.owner, row.stage, row.source, row.storage, row.run_id, row.run_link,
                row.logged_model_id, row.created_at, row.updated_at, tags[row.model_id, row.version],
                aliases[row.model_id, row.version], row.status, row.status_message,
            )
            for row in rows
        ]  # fmt: skip

    def _upsert(self, connection: Connection, table: Table, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        statement = self._dialect.insert(table).values({**keys, **values})
        index: Sequence[Any] = [table.c[name] for name in keys]
        connection.execute(statement.on_conflict_do_update(index_elements=index, set_=dict(values)))


def _has(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


def _touch(connection: Connection, model: int, version: int | None = None, **changes: Any) -> None:
    now = now_ms()
    connection.execute(update(registered_models).where(registered_models.c.id == model).values({**changes, "updated_at": now}))
    if version is not None:
        _touch_version(connection, model, version)


def _touch_version(connection: Connection, model: int, version: int) -> None:
    mine = (model_versions.c.model_id == model, model_versions.c.version == version)
    connection.execute(update(model_versions).where(*mine).values(updated_at=now_ms()))
