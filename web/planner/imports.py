"""Import: upload a file, map its columns, see what is wrong and what would change, then apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from scheduler import planning
from scheduler.domain.errors import BadInput
from scheduler.exchange import centres
from scheduler.exchange.absences import file as absences
from scheduler.exchange.exceptions.reading import RecordKind, fields_of, guess_record_mapping
from scheduler.exchange.roster import reading as roster
from scheduler.exchange.roster.fields import FIELDS as ROSTER_FIELDS
from scheduler.exchange.sheets.columns import Field
from scheduler.exchange.sheets.reading import read_table
from scheduler.exchange.sheets.sheet import Sheet
from scheduler.store.store import Store
from web.access import access
from web.context import actor, frontline, now, store
from web.gettext import gettext as _
from web.planner.exception_kinds import ExceptionKind, exception_kinds
from web.planner.uploads import Upload, UploadFolder

blueprint = Blueprint("imports", __name__, url_prefix="/import")

MOST_SHOWN = 200
"""Bad rows and changes that a page shows one by one."""


@dataclass(frozen=True)
class Kind:
    """What can be imported: its fields, how they are guessed, and the use case that does it."""

    title: str
    help: str
    fields: Sequence[Field]
    guess: Callable[[Sequence[str]], dict[str, str]]
    use_case: Callable[..., Any]


def kinds() -> dict[str, Kind]:
    """Everything that can be imported, by key."""
    return {
        "roster": Kind(
            _("Roster"),
            _("Who works here: number, name, department, manager, place, hire date."),
            ROSTER_FIELDS,
            roster.guess_mapping,
            planning.import_roster,
        ),
        "absences": Kind(
            _("Absences and wishes"),
            _("Days on which people are away, or would like to serve. Reasons are not read."),
            absences.ABSENCE_FIELDS,
            absences.guess_absence_mapping,
            planning.import_absences,
        ),
        "centres": Kind(
            _("Service centres"),
            _("Where service happens: name, place, opening hours, seats."),
            centres.CENTRE_FIELDS,
            centres.guess_centre_mapping,
            planning.import_centres,
        ),
        **{key: _of_exceptions(each) for key, each in exception_kinds().items()},
    }


def _of_exceptions(kind: ExceptionKind) -> Kind:
    def use_case(store: Store, sheet: Sheet, mapping: Mapping[str, str], **options: Any) -> Any:
        return planning.import_exceptions(store, kind.key, sheet, mapping, **options)

    guess = partial(guess_record_mapping, kind.key)
    return Kind(kind.title, kind.help, fields_of(kind.key), guess, use_case)


@blueprint.get("/")
@access("hr")
def upload() -> ResponseReturnValue:
    """Choose a file, and what it holds."""
    kind = request.args.get("kind", "roster")
    return _upload_page(kind)


@blueprint.post("/")
@access("hr")
def receive() -> ResponseReturnValue:
    """Keep the file until the import is finished, if it can be read at all."""
    kind = request.form.get("kind", "roster")
    file = request.files.get("file")
    if file is None or not file.filename:
        return _upload_page(kind, BadInput(_("Choose a file first."))), 422
    try:
        kept = _keep(cast(BinaryIO, file.stream), kind, Path(file.filename).name)
    except BadInput as error:
        return _upload_page(kind, error), 422
    return redirect(url_for("imports.preview", token=kept.token))


@blueprint.get("/<token>")
@access("hr")
def preview(token: str) -> ResponseReturnValue:
    """What the file holds under this mapping: bad rows, and what would change."""
    kept = folder().find(token, current_user.get_id(), now())
    sheet = _sheet(kept)
    mapping = _mapping(kinds()[kept.kind], sheet, request.args)
    return _preview_page(kept, sheet, mapping)


@blueprint.post("/<token>")
@access("hr")
def apply(token: str) -> ResponseReturnValue:
    """Do it: all rows or none, or the good rows alone."""
    kept = folder().find(token, current_user.get_id(), now())
    sheet = _sheet(kept)
    mapping = _mapping(kinds()[kept.kind], sheet, request.form)
    good_rows_only = request.form.get("rows") == "good"
    try:
        report = _run(kept, sheet, mapping, good_rows_only=good_rows_only)
    except BadInput as error:
        return _preview_page(kept, sheet, mapping, error), 422
    if not report.applied:
        return _preview_page(kept, sheet, mapping), 422
    folder().remove(kept)
    flash(_("“%(name)s” is imported.", name=kept.filename), "good")
    return redirect(_afterwards(kept.kind))


def _afterwards(kind: str) -> str:
    """Where one sees what was imported."""
    if kind in tuple(RecordKind):
        return url_for("exceptions.show", kind=kind)
    return url_for("centres.index" if kind == "centres" else "people.index")


@blueprint.post("/<token>/forget")
@access("hr")
def forget(token: str) -> ResponseReturnValue:
    """Throw the uploaded file away."""
    folder().remove(folder().find(token, current_user.get_id(), now()))
    flash(_("The file is thrown away; nothing was imported."), "good")
    return redirect(url_for("imports.upload"))


def folder() -> UploadFolder:
    """Where uploaded files wait."""
    return UploadFolder(frontline().settings.data_dir / "uploads")


def _keep(stream: BinaryIO, kind: str, filename: str) -> Upload:
    """Keep a file that can be read; one that cannot leaves nothing behind."""
    kept = folder().keep(
        stream,
        owner=current_user.get_id(),
        kind=kind if kind in kinds() else "roster",
        filename=filename[:200],
        limit=frontline().settings.upload_limit_bytes,
        at=now(),
    )
    try:
        _sheet(kept)
    except BadInput:
        folder().remove(kept)
        raise
    return kept


def _sheet(kept: Upload) -> Sheet:
    return read_table(
        folder().path(kept),
        filename=kept.filename,
        limit_bytes=frontline().settings.upload_limit_bytes,
    )


def _mapping(kind: Kind, sheet: Sheet, given: Mapping[str, str]) -> dict[str, str]:
    """The chosen columns; those guessed where nobody chose yet."""
    if "mapped" not in given:
        return kind.guess(sheet.headers)
    chosen = {field.key: given.get(f"map.{field.key}", "") for field in kind.fields}
    return {key: header for key, header in chosen.items() if header in sheet.headers}


def _run(kept: Upload, sheet: Sheet, mapping: Mapping[str, str], **options: bool) -> Any:
    use_case = partial(kinds()[kept.kind].use_case, store(), sheet, mapping)
    return use_case(actor=actor(), at=now(), **options)


def _upload_page(kind: str, error: BadInput | None = None) -> str:
    limit = frontline().settings.upload_limit_bytes // (1024 * 1024)
    return render_template(
        "planner/import.html", kinds=kinds(), chosen=kind, error=error, megabytes=limit
    )


def _preview_page(
    kept: Upload, sheet: Sheet, mapping: Mapping[str, str], error: BadInput | None = None
) -> str:
    report = None
    try:
        report = _run(kept, sheet, mapping, dry_run=True)
    except BadInput as problem:
        error = error or problem
    return render_template(
        "planner/preview.html",
        kept=kept,
        kind=kinds()[kept.kind],
        sheet=sheet,
        mapping=mapping,
        report=report,
        error=error,
        most=MOST_SHOWN,
    )
