"""Statements written with SQLAlchemy Core, compiled once for each database, run by the driver.

SQLAlchemy writes the SQL; its execution layer is left out (see docs/adr/0002). Measured on one
point read: 65 µs through `Connection.execute`, 17 µs so; on one insert: 43 µs and 5 µs.
The types that we store (text, integers, floating point) need no conversion on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Self, cast

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    LargeBinary,
    Select,
    Table,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def _psycopg() -> Dialect:
    dialect: Dialect = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]
    return dialect


DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    # By position: its driver looks each named parameter up, which is half of an INSERT's time.
    "sqlite": lambda: SQLiteDialect_pysqlite(paramstyle="qmark"),
    "postgresql": _psycopg,
}

# A column's value is whatever its column holds: text, integer, float or nothing.
Value = Any
Row = dict[str, Value]
Parameters = Row | tuple[Value, ...]  # as a driver takes them
Bind = Callable[[Row], Parameters]


class Statement:
    """One SQL statement, built at import and compiled at its first use on each database."""

    def __init__(self, clause: ClauseElement, **of_dialects: ClauseElement) -> None:
        self._clause = clause
        self._of_dialects = of_dialects
        self._compiled: dict[str, tuple[str, Bind]] = {}

    def compiled(self, dialect: str) -> tuple[str, Bind]:
        """The SQL for `sqlite` or `postgresql`, and what makes its parameters from named values."""
        try:
            return self._compiled[dialect]
        except KeyError:
            clause = self._of_dialects.get(dialect, self._clause)
            compiled = cast("SQLCompiler", clause.compile(dialect=DIALECTS[dialect]()))
            constants = {k: b.value for k, b in compiled.binds.items() if not b.required}
            self._compiled[dialect] = str(compiled), _bind(compiled.positiontup, constants)
            return self._compiled[dialect]


def _bind(places: Sequence[str] | None, constants: Row) -> Bind:
    """How a driver gets parameters: by their names, or in the order of their places."""
    if places is None:
        return lambda row: {**constants, **row}
    if constants:
        return lambda row: tuple([{**constants, **row}[place] for place in places])
    if len(places) < 2:
        return lambda row: tuple([row[place] for place in places])
    return itemgetter(*places)


def one_of(column: ColumnElement[Any], *values: str) -> ColumnElement[bool]:
    """Whether a column has one of a few constants; `in_` expands its list at each execution."""
    return or_(*(column == value for value in values))


def insertion(table: Table, *, automatic_id: bool = True) -> Statement:
    """An INSERT that takes each column by name, but an automatic `id`; for `Transaction.insert`."""
    names = [c.name for c in table.columns if c.name != "id" or not automatic_id]
    insert = table.insert().values({name: bindparam(name) for name in names})
    if not automatic_id:
        return Statement(insert)
    # SQLite's driver tells the id by itself, a third faster than RETURNING does.
    return Statement(insert, postgresql=insert.returning(table.c.id))


def next_ids(*tables: Table) -> Statement:
    """The id of each table's next row, for an INSERT that names it; nobody else gets it.

    SQLite's is known inside a write transaction, of which there is one at a time.
    """
    sequences = [func.pg_get_serial_sequence(table.name, "id") for table in tables]
    taken = select(*(func.nextval(sequence) for sequence in sequences))
    return Statement(select(*map(_next_in_sqlite, tables)), postgresql=taken)


def _next_in_sqlite(table: Table) -> ColumnElement[int]:
    used: Select[Any] = select(literal_column("seq")).select_from(text("sqlite_sequence"))
    newest = used.where(text(f"name = '{table.name}'")).scalar_subquery()
    return func.coalesce(newest, text("0")) + text("1")


def stay_ahead(table: Table) -> Statement:
    """Have ids that an INSERT named itself not be given again; SQLite sees to it by itself."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    newest = select(func.max(table.c.id)).scalar_subquery()
    return Statement(select(text("1")), postgresql=select(func.setval(sequence, newest)))


def replacement(table: Table, key: str = "id") -> Statement:
    """An UPDATE of every column but `key`, for the row whose `key` is bound as `the_{key}`."""
    values: dict[str, BindParameter[Any]] = {
        c.name: bindparam(c.name) for c in table.columns if c.name != key
    }
    return Statement(table.update().where(table.c[key] == bindparam(f"the_{key}")).values(values))


class json_row(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """A JSON object of named values, built by the database."""

    inherit_cache = True
    type = Text()

    def __init__(self, **values: ColumnElement[Any]) -> None:
        pairs = [part for k, v in values.items() for part in (literal_column(f"'{k}'"), v)]
        super().__init__(*pairs)


class as_json(FunctionElement[str]):  # noqa: N801
    """Text that holds JSON, as JSON; nothing stays null."""

    inherit_cache = True
    type = Text()


class json_text(FunctionElement[str]):  # noqa: N801
    """A JSON value as text."""

    inherit_cache = True
    type = Text()


class json_bytes(FunctionElement[bytes]):  # noqa: N801
    """Text as its UTF-8 bytes, which need no decoding here and encoding again on their way out."""

    inherit_cache = True
    type = LargeBinary()


class joined_bytes(FunctionElement[bytes]):  # noqa: N801
    """The texts of all rows joined by commas, as UTF-8 bytes; null where there is no row."""

    inherit_cache = True
    type = LargeBinary()


class json_integer(FunctionElement[int]):  # noqa: N801
    """The integer under a key of a JSON object that is stored as text: `(column, 'key')`."""

    inherit_cache = True
    type = BigInteger()


class json_string(FunctionElement[str]):  # noqa: N801
    """The text under a key of a JSON object that is stored as text: `(column, 'key')`."""

    inherit_cache = True
    type = Text()


class json_within(FunctionElement[int]):  # noqa: N801
    """The integer at `key`, then at a name, of a JSON object: `(column, key, 'name')`."""

    inherit_cache = True
    type = BigInteger()


class json_without(FunctionElement[str]):  # noqa: N801
    """A JSON object that is stored as text, without what is at `'{key,key}'`: `(column, path)`.

    Leaving out here what is long spares making objects of it in Python, which costs far more.
    """

    inherit_cache = True
    type = Text()


class is_among(FunctionElement[bool]):  # noqa: N801
    """Whether an integer is one of a JSON array: `(column, array)`."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: object = None) -> Self:  # noqa: ARG002 - as SQLAlchemy calls it
        """As it is. SQLAlchemy would write `… IN (…) = 1` for SQLite, which no index helps."""
        return self


def _call(name: str) -> Callable[..., str]:
    def render(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
        return f"{name}({compiler.process(element.clauses, **kw)})"

    return render


def _template(template: str) -> Callable[..., str]:
    def render(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
        return template.format(*(compiler.process(c, **kw) for c in element.clauses))

    return render


compiles(json_row, "sqlite")(_call("json_object"))
compiles(json_row, "postgresql")(_call("json_build_object"))
compiles(as_json, "sqlite")(_call("json"))
compiles(as_json, "postgresql")(_template("CAST({0} AS JSON)"))
compiles(json_text, "sqlite")(_template("{0}"))
compiles(json_text, "postgresql")(_template("CAST({0} AS TEXT)"))
compiles(json_bytes, "sqlite")(_template("CAST({0} AS BLOB)"))
compiles(json_bytes, "postgresql")(_template("convert_to({0}, 'UTF8')"))
compiles(joined_bytes, "sqlite")(_template("CAST(group_concat({0}, ',') AS BLOB)"))
compiles(joined_bytes, "postgresql")(_template("convert_to(string_agg({0}, ','), 'UTF8')"))
compiles(json_integer, "sqlite")(_template("json_extract({0}, '$.' || {1})"))
compiles(json_integer, "postgresql")(_template("CAST(CAST({0} AS JSON) ->> {1} AS BIGINT)"))
compiles(json_string, "sqlite")(_template("json_extract({0}, '$.' || {1})"))
compiles(json_string, "postgresql")(_template("CAST({0} AS JSON) ->> {1}"))
compiles(json_within, "sqlite")(_template("""json_extract({0}, '$."' || {1} || '".' || {2})"""))
compiles(json_within, "postgresql")(
    _template("CAST(CAST({0} AS JSON) -> CAST({1} AS TEXT) ->> {2} AS BIGINT)")
)


compiles(json_without, "sqlite")(
    _template("json_remove({0}, '$.' || replace(trim({1}, '{{}}'), ',', '.'))")
)
compiles(json_without, "postgresql")(
    _template("CAST(CAST({0} AS JSONB) #- CAST({1} AS TEXT[]) AS TEXT)")
)
compiles(is_among, "sqlite")(_template("{0} IN (SELECT value FROM json_each({1}))"))
compiles(is_among, "postgresql")(
    _template(
        "{0} IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST({1} AS JSON)))"
    )
)


def json_flag(condition: ColumnElement[Any]) -> ColumnElement[str]:
    """`true` or `false`, as JSON."""
    return as_json(case((condition, literal_column("'true'")), else_=literal_column("'false'")))


def json_seed(column: ColumnElement[str]) -> ColumnElement[str]:
    """A seed kept as decimal text: a JSON number up to 2^53 - 1, above that a JSON string.

    JavaScript reads larger numbers inexactly, and ComfyUI's seeds go up to 2^64 - 1.
    """
    length = func.length(column)
    small = (length < 16) | ((length == 16) & (column <= "9007199254740991"))
    return as_json(
        case((small, column), else_=literal_column("'\"'") + column + literal_column("'\"'"))
    )
