"""Dashboards: boards of widgets that show the runs their viewer has drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trireme.domain.errors import InvalidInput
from trireme.services.events import Events
from trireme.services.saved import SavedService
from trireme.storage.catalog.catalog import Catalog

MAX_SECTIONS: Final = 50
MAX_WIDGETS: Final = 200


class DashboardService(SavedService):
    """The use-cases of dashboards. A dashboard's content is its layout: ``{"sections": [{"id", "widgets": [{"id", …}], …}]}``."""

    noun = "dashboard"
    max_bytes = 512 * 1024
    _smaller = "Shorten its texts or take widgets away."

    def __init__(self, catalog: Catalog, events: Events) -> None:
        super().__init__(catalog, catalog.dashboards, events, "dashboards")

    def check(self, content: Mapping[str, Any]) -> None:
        """Return if that can be a dashboard's layout.

        Raises:
            InvalidInput: it has too many sections or widgets, or one id twice.
            TooLarge: it takes too many bytes.
        """
        sections = content["sections"]
        widgets = [widget for section in sections for widget in section["widgets"]]
        if len(sections) > MAX_SECTIONS or len(widgets) > MAX_WIDGETS:
            raise InvalidInput(
                f"The dashboard has {len(sections):,} sections with {len(widgets):,} widgets.",
                hint=f"A dashboard has at most {MAX_SECTIONS} sections and {MAX_WIDGETS} widgets; make a second one.",
            )
        ids = [thing["id"] for thing in (*sections, *widgets)]
        twice = next((id for id in ids if ids.count(id) > 1), None)
        if twice is not None:
            raise InvalidInput(f"Two parts of the dashboard have the id '{twice}'.", hint="Give every part an id of its own.")
        super().check(content)
