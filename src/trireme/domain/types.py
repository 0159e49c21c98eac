"""The types an attribute can have."""

from __future__ import annotations

from enum import IntEnum


class AttributeType(IntEnum):
    """The type of an attribute; the number is what records and the warehouse store, and never changes."""

    FLOAT = 1
    INT = 2
    STRING = 3
    BOOL = 4
    DATETIME = 5
    STRING_SET = 6
    FILE = 7
    ARTIFACT = 8
    RUN_STATE = 9
    GIT_REF = 10
    NOTEBOOK_REF = 11
    FLOAT_SERIES = 32
    STRING_SERIES = 33
    FILE_SERIES = 34
    HISTOGRAM_SERIES = 35
    TENSOR_SERIES = 36

    @property
    def label(self) -> str:
        """The name used in the API, in queries and on screen: ``float_series``."""
        return self.name.lower()

    @property
    def is_series(self) -> bool:
        """Whether an attribute of this type holds many points rather than one value."""
        return self >= AttributeType.FLOAT_SERIES

    @classmethod
    def from_label(cls, label: str) -> AttributeType:
        """Look a type up by its label.

        Raises:
            KeyError: there is no such type.
        """
        return cls[label.upper()]
