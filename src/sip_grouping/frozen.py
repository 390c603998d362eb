"""Records and mappings that cannot be changed, however deep; pydantic, json, pickle and copy know them.

Comes in: plain values. Goes out: `Record`, the base of all data classes of pydantic, and `Frozen`, a dict
that refuses to change and has a hash.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NoReturn, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    PlainSerializer,
)

_K = TypeVar("_K")
_V = TypeVar("_V")


class Frozen(dict[_K, _V]):
    """A dict that does not change. Its values are hashable, or it has no hash.

    A dict by type, since json and pandas write what is one; `copy` and ``|`` give a plain dict.
    """

    __slots__: ClassVar[tuple[str, ...]] = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            "this mapping cannot be changed: make a new one, such as {**old, key: value}"
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type["Frozen[_K, _V]"], tuple[dict[_K, _V]]]:
        # Pickle and deepcopy would fill an empty one item by item.
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """Return a value with all mappings and lists in it frozen; lists become tuples."""
    if isinstance(value, Frozen):
        return value
    if isinstance(value, Mapping):
        return Frozen({key: frozen(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    return value


def thawed(value: Any) -> Any:
    """Return a frozen value as JSON has it, so that it can be validated again."""
    if isinstance(value, Mapping):
        return {key: thawed(one) for key, one in value.items()}
    return [thawed(one) for one in value] if isinstance(value, list | tuple) else value


FrozenTexts = Annotated[Mapping[str, str], AfterValidator(frozen)]
"""A field of a frozen model: texts by key."""

FrozenValue = Annotated[
    JsonValue, BeforeValidator(thawed), AfterValidator(frozen), PlainSerializer(thawed)
]
"""A field of a frozen model: any JSON."""

FrozenJson = Annotated[
    Mapping[str, JsonValue],
    BeforeValidator(thawed),
    AfterValidator(frozen),
    PlainSerializer(thawed),
]
"""A field of a frozen model: JSON by key."""

FrozenJsonByPart = Annotated[
    Mapping[str, Mapping[str, JsonValue]],
    BeforeValidator(thawed),
    AfterValidator(frozen),
    PlainSerializer(thawed),
]
"""A field of a frozen model: JSON by part and key."""


class Record(BaseModel):
    """A frozen model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def of_checked(cls, fields: dict[str, Any], given: set[str]) -> Self:
        """Return a record of fields that were checked as `model_validate` checks them, one by one.

        Parameters
        ----------
        fields
            All of them, in the order of the model, each as a record holds it; becomes the record's own.
        given
            Which of them were given; records share it, since nobody changes it.
        """
        made = cls.__new__(cls)
        set_on = object.__setattr__  # the record is frozen for everybody but who makes it
        set_on(made, "__dict__", fields)
        set_on(made, "__pydantic_fields_set__", given)
        set_on(made, "__pydantic_extra__", None)
        set_on(made, "__pydantic_private__", None)
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with some fields changed and unchecked; see pydantic."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            # What was worked out from the old fields and kept is not true of the new ones.
            for name in [name for name in vars(copied) if name not in type(self).model_fields]:
                del vars(copied)[name]
        return copied
