"""Any file that may hold a table gives a sheet or an error that says what would mend it."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from scheduler.domain.errors import BadInput
from scheduler.exchange.sheets.reading import read_table
from scheduler.exchange.sheets.workbook import as_text
from tests.exchange.tables_from_outside import MEBIBYTE, table, workbook


class TestCsv:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_recognises_the_separator(self, separator: str) -> None:
        sheet = table(f"id{separator}name\n1{separator}Ada Lovelace\n")
        assert (sheet.separator, sheet.headers) == (separator, ["id", "name"])
        assert sheet.rows == [(2, ["1", "Ada Lovelace"])]

    def test_prefers_the_separator_that_splits_every_row_alike(self) -> None:
        sheet = table('id;name;city\n1;"King, Steven";Berlin\n2;Ada, Countess, L.;Oslo\n')
        assert sheet.separator == ";"

    def test_takes_a_single_column(self) -> None:
        assert table("id\n1\n").rows == [(2, ["1"])]

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_takes_any_line_ending(self, ending: str) -> None:
        assert table(ending.join(["id,name", "1,Ada", "2,Bo"])).rows == [
            (2, ["1", "Ada"]),
            (3, ["2", "Bo"]),
        ]

    def test_counts_lines_through_empty_ones_and_breaks_inside_quotes(self) -> None:
        sheet = table('\nid,name\n\n1,"Ada\nLovelace"\n , \n2,Bo\n')
        assert sheet.rows == [(4, ["1", "Ada\nLovelace"]), (7, ["2", "Bo"])]

    def test_reports_every_row_with_too_many_or_too_few_fields(self) -> None:
        sheet = table("id,name\n1\n2,Bo\n3,Cy,x\n")
        assert sheet.rows == [(3, ["2", "Bo"])]
        assert [(b.line, b.problem) for b in sheet.blemishes] == [
            (2, "too few fields: 1 where the header line has 2"),
            (4, "too many fields: 3 where the header line has 2"),
        ]
        assert "quotation marks" in sheet.blemishes[0].hint

    def test_names_the_tab_in_the_hint(self) -> None:
        assert "a tab" in table("id\tname\n1\n").blemishes[0].hint

    def test_forgives_separators_at_the_end_of_a_line(self) -> None:
        assert table("id,name\n1,Ada,,\n").rows == [(2, ["1", "Ada"])]

    def test_reports_quotation_marks_that_do_not_match(self) -> None:
        sheet = table('id,name\n1,"Steven" King\n2,Bo\n3,"never closed\n4,x\n')
        assert sheet.rows == [(3, ["2", "Bo"])]
        assert [b.line for b in sheet.blemishes] == [2, 4]
        assert all("quotation marks do not match" in b.problem for b in sheet.blemishes)

    def test_reports_a_field_of_endless_length(self) -> None:
        sheet = table("id,name\n1," + "x" * 140_000 + "\n2,Bo\n")
        assert [b.problem for b in sheet.blemishes] == ["a field is longer than 131,072 characters"]
        assert sheet.rows == [(3, ["2", "Bo"])]

    def test_reports_nul_bytes(self) -> None:
        (blemish,) = table("id,name\n1,A\0da\n2,Bo\n").blemishes
        assert (blemish.line, blemish.value) == (2, "1,A␀da")
        assert "NUL" in blemish.problem

    def test_has_no_header_line_when_that_is_broken(self) -> None:
        with pytest.raises(BadInput, match="no header line") as caught:
            table('"never closed')
        assert caught.value.blemishes[0].line == 1


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "said"),
        [
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("utf-16-le", "UTF-16"),
            ("utf-16-be", "UTF-16"),
            ("cp1252", "Windows-1252"),
            ("latin-1", "Windows-1252"),
        ],
    )
    def test_are_recognised(self, encoding: str, said: str) -> None:
        sheet = table("id,name\n1,Jürgen Müßig\n".encode(encoding))
        assert (sheet.headers, sheet.rows) == (["id", "name"], [(2, ["1", "Jürgen Müßig"])])
        assert sheet.encoding == said

    def test_say_so_when_one_had_to_be_assumed(self) -> None:
        (note,) = table("id,name\n1,Jürgen\n".encode("cp1252")).notes
        assert "people.csv is not UTF-8 and was read as Windows-1252" in str(note)

    def test_can_be_given(self) -> None:
        file = io.BytesIO("id,name\n1,Łódź\n".encode("cp1250"))
        sheet = read_table(file, filename="x", limit_bytes=99, encoding="cp1250")
        assert sheet.rows == [(2, ["1", "Łódź"])]
        assert sheet.encoding == "cp1250"

    def test_given_wrongly_are_an_error(self) -> None:
        with pytest.raises(BadInput, match="“nonsense” is no encoding"):
            read_table(io.BytesIO(b"id"), filename="x", limit_bytes=9, encoding="nonsense")

    def test_damaged_utf8_is_told_from_an_older_encoding(self) -> None:
        content = "id,name\n1,Jürgen Müßig\n2,".encode() + b"\xff" + "Åse\n".encode()
        with pytest.raises(BadInput) as caught:
            table(content)
        (blemish,) = caught.value.blemishes
        assert (blemish.line, blemish.problem) == (3, "byte 3 of the line, 0xFF, is no UTF-8")
        assert "line 3" in str(caught.value)
        assert "Save the file as UTF-8" in str(caught.value)

    def test_bytes_that_no_encoding_has_are_named(self) -> None:
        with pytest.raises(BadInput) as caught:
            table(b"id,name\n1,J\xfcrgen\x81\n")
        assert "byte 9 of the line, 0x81, is no Windows-1252" in str(caught.value)

    def test_utf16_that_breaks_off_is_an_error(self) -> None:
        with pytest.raises(BadInput, match="is no UTF-16"):
            table(b"\xff\xfe" + "id,name".encode("utf-16-le") + b"\x00")


class TestEmptiness:
    @pytest.mark.parametrize("content", [b"", b"  \n\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
    def test_an_empty_file(self, content: bytes) -> None:
        with pytest.raises(BadInput, match=r"people\.csv is empty"):
            table(content)

    def test_only_a_header_line(self) -> None:
        with pytest.raises(BadInput, match="a header line and no rows: id, name"):
            table("id,name\n")

    def test_an_empty_workbook(self) -> None:
        with pytest.raises(BadInput, match="is empty"):
            table(workbook([]))

    def test_a_path_that_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="not a file"):
            read_table(tmp_path, filename="folder", limit_bytes=MEBIBYTE)


class Unread(io.FileIO):
    """A file whose size may be asked, and nothing else."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("it is read")


class TestLimits:
    def test_a_file_of_200_mb_is_refused_unread(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "large.csv"
        with path.open("wb") as file:
            file.truncate(200_000_000)
        monkeypatch.setattr(Path, "open", lambda path, mode: Unread(path, mode))
        with pytest.raises(BadInput, match=r"At most 50 MiB can be read; large\.csv is 191 MiB"):
            read_table(path, filename="large.csv", limit_bytes=50 * MEBIBYTE)

    def test_a_stream_is_read_no_further_than_the_limit(self) -> None:
        class Endless(io.RawIOBase):
            def read(self, size: int = -1) -> bytes:
                assert 0 <= size <= 11
                return b"x" * size

        stream = Endless()
        assert not stream.seekable()
        with pytest.raises(BadInput, match="is more than that"):
            read_table(stream, filename="x", limit_bytes=10)  # type: ignore[arg-type]

    def test_a_gzip_bomb_is_refused(self) -> None:
        bomb = gzip.compress(bytes(5 * MEBIBYTE))
        assert len(bomb) < 10_000
        with pytest.raises(BadInput, match=r"At most 4 MiB .* unpacks to more than that"):
            table(bomb, filename="bomb.csv.gz")

    def test_a_zip_bomb_is_refused_by_what_it_declares(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", bytes(11 * MEBIBYTE))
        with pytest.raises(BadInput, match=r"At most 10 MiB .* unpacks to 11 MiB"):
            table(file.getvalue(), filename="bomb.xlsx")

    def test_more_rows_than_a_workbook_may_have_are_refused(self) -> None:
        distant = _with_sheet(workbook([["id"], [1]]), b'<row r="2"', b'<row r="900000000"')
        with pytest.raises(BadInput, match="more than 1,048,576 rows"):
            table(distant)


class TestGzip:
    def test_is_recognised_by_its_content(self) -> None:
        assert table(gzip.compress(b"id,name\n1,Ada\n")).rows == [(2, ["1", "Ada"])]

    def test_may_have_several_parts(self) -> None:
        packed = gzip.compress(b"id,name\n1,A") + gzip.compress(b"da\n")
        assert table(packed).rows == [(2, ["1", "Ada"])]

    @pytest.mark.parametrize("damage", [lambda b: b[:-12], lambda b: b[:10] + b"\xff" * 20])
    def test_damaged_is_an_error(self, damage: object) -> None:
        packed = gzip.compress(b"id,name\n" + b"1,Ada\n" * 100)
        with pytest.raises(BadInput, match="damaged gzip file"):
            table(damage(packed))  # type: ignore[operator]


class TestWorkbooks:
    def test_give_their_first_sheet_with_anything_in_it(self) -> None:
        sheet = table(workbook([["id", "name"], [1, "Ada"]], empty_sheets=2))
        assert (sheet.headers, sheet.rows) == (["id", "name"], [(2, ["1", "Ada"])])
        assert (sheet.worksheet, sheet.encoding, sheet.separator) == ("Sheet2", None, None)

    def test_give_dates_and_numbers_as_a_csv_would_write_them(self) -> None:
        moment = datetime.combine(date(2026, 3, 31), clock(8, 30))
        cells = [date(2026, 3, 31), moment, 17, 17.0, 0.6, True, None, "x "]
        sheet = table(workbook([[f"c{n}" for n in range(8)], cells]))
        assert sheet.rows[0][1] == [
            "2026-03-31", "2026-03-31T08:30:00", "17", "17", "0.6", "true", "", "x",
        ]  # fmt: skip

    def test_keep_formulas_as_text(self) -> None:
        assert table(workbook([["id"], ["=1+1"]])).rows == [(2, ["=1+1"])]
        assert as_text(ArrayFormula("A1:A2", "=SUM(B1:B2)")) == "=SUM(B1:B2)"
        assert as_text(DataTableFormula("A1:A2")) == "="

    def test_keep_times_truth_and_whole_numbers(self) -> None:
        texts = [as_text(value) for value in (clock(9, 30), False, 17.0)]
        assert texts == ["09:30:00", "false", "17"]

    def test_skip_empty_rows_and_columns_without_a_header(self) -> None:
        sheet = table(workbook([[], ["id", "name", " "], [1, "Ada", "lost"], [], [None], [2]]))
        assert sheet.headers == ["id", "name"]
        assert sheet.rows == [(3, ["1", "Ada"]), (6, ["2", ""])]

    def test_of_the_old_kind_are_refused_with_advice(self) -> None:
        with pytest.raises(BadInput, match=r"old Excel workbook.*Save it as \.xlsx"):
            table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))

    def test_other_archives_are_refused(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("letter.txt", "hello")
        with pytest.raises(BadInput, match="a zip archive but no workbook"):
            table(file.getvalue())

    @pytest.mark.parametrize("kept", [30, 2000, -30])
    def test_damaged_are_refused(self, kept: int) -> None:
        with pytest.raises(BadInput, match="damaged workbook"):
            table(workbook([["id"], [1]])[:kept])

    def test_with_broken_contents_are_refused(self) -> None:
        broken = _with_sheet(workbook([["id"], [1]]), b"</sheetData>", b"</oops>")
        with pytest.raises(BadInput, match=r"damaged workbook \(ParseError\)"):
            table(broken)


def _with_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with something replaced in the text of its sheet."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                assert old in data
                data = data.replace(old, new)
            target.writestr(name, data)
    return file.getvalue()


BOOK = workbook([["id", "name"], [1, "Ada"]])
TEXTS = st.text(st.sampled_from('a1,;\t|"\n\r\0= é\ufeff\udc80'), max_size=60)


def reads_or_refuses(content: bytes) -> None:
    """A sheet whose rows are as wide as its headers, or BadInput."""
    try:
        sheet = table(content)
    except BadInput:
        return
    assert sheet.headers
    assert all(len(cells) == len(sheet.headers) for _, cells in sheet.rows)


class TestNeverFailsOtherwise:
    @given(st.binary(max_size=300))
    @example(b"PK\x03\x04")
    @example(b"\x1f\x8b")
    def test_on_any_bytes(self, content: bytes) -> None:
        reads_or_refuses(content)

    @given(TEXTS)
    def test_on_any_text(self, text: str) -> None:
        reads_or_refuses(text.encode("utf-8", "surrogateescape"))

    @given(TEXTS, st.integers(0, 80), st.binary(max_size=3))
    def test_on_damaged_gzip(self, text: str, at: int, damage: bytes) -> None:
        packed = gzip.compress(text.encode("utf-8", "surrogateescape"))
        reads_or_refuses(packed[:at] + damage + packed[at + len(damage) :])

    @given(st.binary(max_size=200), st.sampled_from([zlib.DEFLATED, 0, 99]))
    def test_on_archives_of_anything(self, content: bytes, method: int) -> None:
        head = b"PK\x03\x04" + bytes(4) + method.to_bytes(2, "little")
        reads_or_refuses(head + content)

    @settings(max_examples=60)
    @given(st.integers(0, len(BOOK)), st.binary(min_size=1, max_size=8))
    def test_on_damaged_workbooks(self, at: int, damage: bytes) -> None:
        reads_or_refuses(BOOK[:at] + damage + BOOK[at + len(damage) :])

    @settings(max_examples=60)
    @given(st.sampled_from([b"<row", b"<c ", b' t="n"', b"<v>", b'r="A2"', b"sheetData"]), TEXTS)
    def test_on_workbooks_with_strange_sheets(self, old: bytes, text: str) -> None:
        reads_or_refuses(_with_sheet(BOOK, old, text.encode("utf-8", "surrogateescape")))


def test_reads_a_path(tmp_path: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=tmp_path, delete=False) as file:
        file.write(b"id\n1\n")
    assert read_table(Path(file.name), filename="x", limit_bytes=9).rows == [(2, ["1"])]
