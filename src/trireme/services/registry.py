"""Registered models: names that last, with versions, aliases and stages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from trireme.domain.errors import AlreadyExists, InvalidInput, NotFound
from trireme.domain.model import STAGES, ModelSummary, ModelVersion, RegisteredModel
from trireme.domain.permissions import Actor
from trireme.services.auth import require_admin
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.storage.catalog.catalog import Catalog

WORKSPACE: Final = "default"
_ALIAS: Final = re.compile(r"[\w\-]{1,255}")
_ACTIVE: Final = ("Staging", "Production")
_MAX_PAGE: Final = 1000
_MAX_TAG_KEY: Final = 250
_MAX_TEXT: Final = 100_000


class RegistryService:
    """The use-cases of registered models. Models belong to a workspace; who administers the server may change them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def create(self, actor: Actor, name: str, *, description: str = "", tags: Mapping[str, str] | None = None) -> RegisteredModel:
        """Make a model.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: the name is not allowed.
        """
        require_admin(actor, "register models")
        return self._catalog.registry.create(
            WORKSPACE, check_model_name(name), owner=actor.name, description=description, tags=tags or {}
        )

    def get(self, actor: Actor, name: str) -> RegisteredModel:
        """One model.

        Raises:
            NotFound: there is none.
        """
        if "/" in name or ":" in name:
            raise InvalidInput(f"Invalid model name '{name[:200]}'. Names cannot contain '/' or ':'.")
        found = self._catalog.registry.get(WORKSPACE, name)
        if found is None:
            raise NotFound(f"Registered Model with name={name} not found")
        return found

    def all(self, actor: Actor) -> list[RegisteredModel]:
        """All models by name."""
        return self._catalog.registry.all(WORKSPACE)

    def page(
        self, actor: Actor, *, search: str = "", prompts: bool = False, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[ModelSummary], str | None]:
        """Models, those that were changed last first, and a cursor for more.

        Parameters:
            search: words that are all part of the name, the description or the tags.
            prompts: prompts, which MLflow keeps as models, instead of models.
        """
        if not 1 <= limit <= _MAX_PAGE:
            raise InvalidInput(f"1 to {_MAX_PAGE:,} models a request.")
        offset = decode_cursor(cursor, "models", [0])[0] if cursor else 0
        words = search.split()
        if len(words) > 20 or not 0 <= offset < 1 << 62:
            raise InvalidInput("A search has at most 20 words.")
        found = self._catalog.registry.page(WORKSPACE, words, prompts=prompts, limit=limit + 1, offset=offset)
        return found[:limit], encode_cursor("models", [offset + limit]) if len(found) > limit else None

    def change(
        self,
        actor: Actor,
        name: str,
        *,
        new_name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str | None],
        aliases: Mapping[str, int | None],
    ) -> RegisteredModel:
        """Change what is given, all or nothing; a tag or an alias that is None goes.

        Raises:
            AlreadyExists: the new name is taken.
            InvalidInput: a name, a text or an alias is not allowed.
            NotFound: there is no such model, or no version that an alias is to point to.
        """
        model = self._changing(actor, name)
        changes: dict[str, str] = {}
        if new_name is not None and new_name != name:
            changes["name"] = check_model_name(new_name)
        if description is not None:
            changes["description"] = check_text(description, "description")
        check_tags(tags)
        for alias, version in aliases.items():
            if version is not None:
                check_alias(alias)
                self.version(actor, name, version)
        self._catalog.registry.update(model, tags=tags, aliases=aliases, **changes)
        return self.get(actor, changes.get("name", name))

    def change_version(
        self,
        actor: Actor,
        name: str,
        version: int,
        *,
        description: str | None = None,
        stage: str | None = None,
        archive_others: bool = False,
        tags: Mapping[str, str | None],
    ) -> ModelVersion:
        """Change what is given, all or nothing; a tag that is None goes.

        Parameters:
            archive_others: the new stage's other versions become ``Archived``; only for Staging and Production.
        """
        changes: dict[str, str] = {}
        if description is not None:
            changes["description"] = check_text(description, "description")
        if stage is not None:
            changes["stage"] = _stage(stage, archive_others=archive_others)
        elif archive_others:
            raise InvalidInput("Others are archived when a version moves to a stage, and none is given.", hint="Give the stage.")
        check_tags(tags)
        model = self._changing(actor, name)
        self.version(actor, name, version)
        self._catalog.registry.update_version(model, version, tags=tags, archive_others=archive_others, **changes)
        return self.version(actor, name, version)

    def of_run(self, actor: Actor, run_id: str) -> list[ModelVersion]:
        """The versions that a run made, by model and number.

        Parameters:
            run_id: the run's id as versions know it.
        """
        return self._catalog.registry.of_run(run_id)

    def rename(self, actor: Actor, name: str, new_name: str) -> RegisteredModel:
        """Give a model another name; versions, tags and aliases follow."""
        model = self._changing(actor, name)
        check_model_name(new_name)
        if new_name != name and self._catalog.registry.get(WORKSPACE, new_name) is not None:
            raise AlreadyExists(f"Registered Model (name={new_name}) already exists.")
        self._catalog.registry.update(model, name=new_name)
        return self.get(actor, new_name)

    def describe(self, actor: Actor, name: str, description: str) -> RegisteredModel:
        """Change a model's description."""
        self._catalog.registry.update(self._changing(actor, name), description=description)
        return self.get(actor, name)

    def delete(self, actor: Actor, name: str) -> None:
        """Forget a model with all its versions."""
        self._catalog.registry.delete(self._changing(actor, name))

    def set_tag(self, actor: Actor, name: str, key: str, value: str | None, *, version: int | None = None) -> None:
        """Give a model, or one of its versions, a tag; None takes it away."""
        model = self._changing(actor, name)
        if version is not None:
            self.version(actor, name, version)
        if value is None:
            self._catalog.registry.delete_tag(model, key, version=version)
        else:
            self._catalog.registry.set_tag(model, key, value, version=version)

    def set_alias(self, actor: Actor, name: str, alias: str, version: int) -> None:
        """Let an alias point to a version.

        Raises:
            InvalidInput: the alias is not allowed.
            NotFound: there is no such version.
        """
        check_alias(alias)
        model = self._changing(actor, name)
        self.version(actor, name, version)
        self._catalog.registry.set_alias(model, alias, version)

    def delete_alias(self, actor: Actor, name: str, alias: str) -> None:
        """Take an alias away, if it is there."""
        self._catalog.registry.delete_alias(self._changing(actor, name), alias)

    def by_alias(self, actor: Actor, name: str, alias: str) -> ModelVersion:
        """The version an alias points to; ``latest`` is the highest one.

        Raises:
            InvalidInput: the model has no such alias.
        """
        model = self.get(actor, name)
        if alias.lower() == "latest":
            versions = self._catalog.registry.versions(WORKSPACE, model=model)
            if versions:
                return versions[-1]
            raise NotFound(f"Latest version not found for model {name[:200]}.")
        if alias not in model.aliases:
            raise InvalidInput(f"Registered model alias {alias} not found.")
        return self.version(actor, name, model.aliases[alias])

    def add_version(self, actor: Actor, name: str, *, tags: Mapping[str, str], **values: Any) -> ModelVersion:
        """Make the next version of a model.

        Parameters:
            values: description, source, storage, run_id, run_link, logged_model_id.
        """
        return self._catalog.registry.add_version(self._changing(actor, name), tags=tags, owner=actor.name, **values)

    def version(self, actor: Actor, name: str, version: int) -> ModelVersion:
        """One version.

        Raises:
            NotFound: there is none.
        """
        found = self._catalog.registry.version(self.get(actor, name), version)
        if found is None:
            raise NotFound(f"Model Version (name={name}, version={version}) not found")
        return found

    def versions(self, actor: Actor, name: str | None = None) -> list[ModelVersion]:
        """All versions, by model and number."""
        model = None if name is None else self.get(actor, name)
        return self._catalog.registry.versions(WORKSPACE, model=model)

    def describe_version(self, actor: Actor, name: str, version: int, description: str) -> ModelVersion:
        """Change a version's description."""
        model = self._changing(actor, name)
        self.version(actor, name, version)
        self._catalog.registry.update_version(model, version, description=description)
        return self.version(actor, name, version)

    def move(self, actor: Actor, name: str, version: int, stage: str, *, archive_others: bool) -> ModelVersion:
        """Move a version to another stage.

        Parameters:
            archive_others: the stage's other versions become ``Archived``; only for Staging and Production.
        """
        wanted = _stage(stage, archive_others=archive_others)
        model = self._changing(actor, name)
        self.version(actor, name, version)
        self._catalog.registry.update_version(model, version, stage=wanted, archive_others=archive_others)
        return self.version(actor, name, version)

    def delete_version(self, actor: Actor, name: str, version: int) -> None:
        """Forget a version; its number is not given again."""
        model = self._changing(actor, name)
        self.version(actor, name, version)
        self._catalog.registry.delete_version(model, version)

    def _changing(self, actor: Actor, name: str) -> RegisteredModel:
        require_admin(actor, "change registered models")
        return self.get(actor, name)


def check_model_name(name: str) -> str:
    """Return *name* if a model may have it.

    Raises:
        InvalidInput: it may not.
    """
    if not name.strip():
        raise InvalidInput("Registered model name cannot be empty.")
    if "/" in name or ":" in name or name in (".", "..") or len(name) > 1000:
        raise InvalidInput(f"Invalid name: '{name[:200]}'. Registered model name cannot contain '/' or ':'.")
    return name


def check_alias(alias: str) -> str:
    """Return *alias* if a version may have it.

    Raises:
        InvalidInput: it may not.
    """
    if not _ALIAS.fullmatch(alias):
        raise InvalidInput(f"Invalid alias name: '{alias[:100]}'.", hint="Use up to 255 letters, digits, underscores and dashes.")
    if alias.lower() == "latest":
        raise InvalidInput("'latest' alias name (case insensitive) is reserved.")
    if re.fullmatch(r"[vV]\d+", alias):
        raise InvalidInput(f"Version alias name '{alias}' is reserved.")
    return alias


def check_tags(tags: Mapping[str, str | None]) -> None:
    """Return if a model or a version may have these tags.

    Raises:
        InvalidInput: a key is empty, or a key or value is too long.
    """
    for key, value in tags.items():
        if not key.strip() or len(key) > _MAX_TAG_KEY:
            raise InvalidInput(f"The key of a tag has 1 to {_MAX_TAG_KEY} characters; '{key[:60]}' has {len(key):,}.")
        check_text(value or "", f"tag '{key[:60]}'")


def check_text(text: str, what: str) -> str:
    """Return *text* if it is not too long.

    Parameters:
        what: for the sentence, e.g. "description".
    """
    if len(text) > _MAX_TEXT:
        raise InvalidInput(f"The {what} has {len(text):,} characters; the limit is {_MAX_TEXT:,}.")
    return text


def _stage(stage: str, *, archive_others: bool) -> str:
    wanted = check_stage(stage)
    if archive_others and wanted not in _ACTIVE:
        raise InvalidInput(
            f"Model version transition cannot archive existing model versions because '{stage}' is not an Active stage."
            f" Valid stages are {list(_ACTIVE)}"
        )
    return wanted


def check_stage(stage: str) -> str:
    """A stage in its usual spelling.

    Raises:
        InvalidInput: there is no such stage.
    """
    for known in STAGES:
        if stage.lower() == known.lower():
            return known
    raise InvalidInput(f"Invalid Model Version stage: {stage[:100]}. Value must be one of {', '.join(STAGES)}.")
