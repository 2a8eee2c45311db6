"""Names of exported files: readable where they can be, safe always, never given twice."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artlens_pipeline.export.naming import Names, safe_part

ID = "0123456789abcdef01234567"
TRICKY = st.sampled_from(
    ["..", ".", "", "CON", "a.jpg", "A.JPG", "manifest.csv", "a?.jpg", "a_.jpg", "-rf", "é", "é"]
)


@pytest.mark.parametrize(
    "key", ["Ukiyo_e/katsushika-hokusai_the-great-wave-1831.jpg", "Nü/été (2).PNG", "a b.webp"]
)
def test_an_ordinary_key_stays(key: str) -> None:
    assert str(Names().take(key, ID, ".bin")) == key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("../../etc/passwd", "etc/passwd.jpg"),
        ("/etc/shadow.jpg", "etc/shadow.jpg"),
        ("train-00000.parquet#12", "train-00000.parquet#12.jpg"),
        ("-rf *.jpg", "_-rf _.jpg"),
        ("=cmd|' /C calc'!A0.jpg", "_=cmd_' _C calc'!A0.jpg".replace("_C", "C")),
        ("a\nb\x1b[31m\u202egpj.exe", "a_b_[31m_gpj.exe.jpg"),
        (".hidden/.b.jpg", "hidden/b.jpg"),
        ("con/NUL.jpg", "_con/_NUL.jpg"),
        ("..", f"{ID}.jpg"),
        ("C:\\x\\y.jpg", "C__x_y.jpg"),
    ],
)
def test_a_hostile_key_becomes_harmless(key: str, name: str) -> None:
    taken = Names().take(key, ID, ".jpg")
    if key.startswith("="):
        assert taken.parts[0].startswith("_=") and "|" not in str(taken)
    else:
        assert str(taken) == name


def test_two_that_differ_in_case_alone_get_two_names() -> None:
    names = Names()
    assert str(names.take("a/B.jpg", "1" * 24, ".jpg")) == "a/B.jpg"
    assert str(names.take("A/b.JPG", "2" * 24, ".jpg")) == f"b-{'2' * 24}.JPG"


def test_a_file_is_no_folder() -> None:
    names = Names()
    names.take("a?.jpg", "1" * 24, ".jpg")
    assert str(names.take("a_.jpg/b.jpg", "2" * 24, ".jpg")) == f"b-{'2' * 24}.jpg"
    assert str(names.take("manifest.csv/c.jpg", "3" * 24, ".jpg")) == f"c-{'3' * 24}.jpg"


@given(st.lists(st.lists(TRICKY | st.text(max_size=300), max_size=6).map("/".join), max_size=30))
def test_whatever_the_keys_are(keys: list[str]) -> None:
    names, taken = Names(), []
    for number, key in enumerate(keys):
        taken.append(names.take(key, f"{number % 3:024x}", ".jpg"))
    files = {str(path).casefold() for path in taken}
    assert len(files) == len(keys)
    for path in taken:
        assert not path.is_absolute() and len(str(path).encode()) < 1000
        assert not files & {str(parent).casefold() for parent in path.parents}
        for part in path.parts:
            assert part == PurePosixPath(part).name and part.isprintable()
            assert len(part.encode()) <= 255 and not part.startswith((".", "-", "=", "+", "@"))
            assert part == part.strip(" ") and not part.endswith(".")


def test_a_long_name_is_cut_and_keeps_its_suffix() -> None:
    name = Names().take("/".join(["é" * 300] * 9) + ".jpeg", ID, ".jpg")
    assert name.suffix == ".jpeg" and len(name.parts) == 4
    assert all(part.startswith("éé") and 200 <= len(part.encode()) < 210 for part in name.parts)


def test_parts_are_never_empty() -> None:
    assert safe_part(" .. ") == "_"
