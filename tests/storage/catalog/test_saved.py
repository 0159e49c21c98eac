"""Views and dashboards in the catalog, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert

from trireme.domain.errors import Conflict
from trireme.domain.ids import UserId
from trireme.domain.permissions import LOCAL_USER_ID
from trireme.domain.saved import Saved
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.tables import users

STATE = {"q": 'loss < 1 AND "żółw 🐢\x00"', "cols": "a,b"}


def view(catalog: Catalog, name: str = "Best", *, shared: bool = True, owner: int = LOCAL_USER_ID) -> Saved:
    project = catalog.projects.ensure("team", "saved")
    return catalog.views.create(project.id, UserId(owner), f"user {owner}", name=name, shared=shared, content=STATE)


def test_any_text_comes_back(catalog: Catalog) -> None:
    made = view(catalog, "żółw 🐢")
    assert catalog.views.get(made.id) == made
    assert (made.name, made.content, made.version, made.owner, made.trashed) == ("żółw 🐢", STATE, 1, "local", False)
    assert catalog.views.get("none") is None


def test_private_ones_are_their_owners(catalog: Catalog) -> None:
    with catalog.engine.begin() as connection:
        connection.execute(insert(users).values(id=7, name="ada", created_at=1))
    mine, hers, ours = view(catalog, "mine", shared=False), view(catalog, "Hers", shared=False, owner=7), view(catalog, "ours")
    project = mine.project_id

    def seen(user: int) -> list[str]:
        return [one.name for one in catalog.views.all(project, UserId(user))]

    assert seen(LOCAL_USER_ID) == ["mine", "ours"] and seen(7) == ["Hers", "ours"]
    assert catalog.views.count(project, UserId(7)) == 2
    assert {one.id for one in catalog.views.find("E", LOCAL_USER_ID, None, limit=10)} == {mine.id}
    assert [one.id for one in catalog.views.find("ou", LOCAL_USER_ID, [project], limit=10)] == [ours.id]
    assert catalog.views.find("%", LOCAL_USER_ID, None, limit=10) == [] == catalog.views.find("ou", LOCAL_USER_ID, [], limit=10)
    assert hers.owner == "ada"


def test_of_two_editors_one_is_told(catalog: Catalog) -> None:
    made = view(catalog)

    def save(number: int) -> bool:
        try:
            catalog.views.change(made, made.version, f"editor {number}", content={"q": str(number)})
        except Conflict as refused:
            assert "changed 'Best' since you opened it" in refused.message
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(save, range(8)))
    found = catalog.views.get(made.id)
    assert saved.count(True) == 1 and found is not None
    assert (found.version, found.content, found.updated_by) == (2, {"q": str(saved.index(True))}, f"editor {saved.index(True)}")


def test_the_trash(catalog: Catalog) -> None:
    made = view(catalog)
    gone = catalog.views.change(made, 1, "ada", trashed=True)
    assert gone.trashed and catalog.views.all(made.project_id, LOCAL_USER_ID) == []
    assert [one.id for one in catalog.views.all(made.project_id, LOCAL_USER_ID, trashed=True)] == [made.id]
    assert not catalog.views.change(gone, 2, "ada", trashed=False).trashed
    catalog.views.delete(made.id)
    with pytest.raises(Conflict, match="Somebody deleted"):
        catalog.views.change(made, 3, "ada", name="x")


def test_one_default_a_project(catalog: Catalog) -> None:
    first, second = view(catalog, "first"), view(catalog, "second")
    project = first.project_id
    for one in (first, second):
        catalog.views.set_default(project, one.id)
        assert catalog.views.default(project) == one.id
    gone = catalog.views.change(second, 1, "ada", trashed=True)
    assert catalog.views.default(project) is None, "nobody is led into the trash"
    catalog.views.change(gone, 2, "ada", trashed=False)
    assert catalog.views.default(project) == second.id, "and an undone deletion undoes that too"
    catalog.views.set_default(project, None)
    assert catalog.views.default(project) is None
    catalog.projects.delete(project)
    assert catalog.views.get(first.id) is None
