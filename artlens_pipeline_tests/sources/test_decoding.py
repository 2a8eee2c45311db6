import csv
import io
import os
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from artlens_pipeline.sources import decoding
from artlens_pipeline.sources.decoding import Undecodable, decode, decode_bytes, save_thumbnail
from artlens_pipeline_tests.sources.hostile.sound import TURNS


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def painting(width: int = 40, height: int = 24) -> Image.Image:
    y, x = np.mgrid[:height, :width]
    bands = (x * 255 // width, y * 255 // height, (x + y) * 3 % 256)
    return Image.fromarray(np.dstack(bands).astype(np.uint8))


def test_every_awkward_file_has_the_outcome_of_the_manifest(shared_data: Path) -> None:
    folder = shared_data / "hard_images"
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    outcomes = {}
    for row in rows:
        try:
            decoded = decode(folder / row["file"])
        except Undecodable as error:
            assert error.reason
            assert "\n" not in error.reason
            assert "0x" not in error.reason
            outcomes[row["file"]] = ""
        else:
            assert decoded.image.mode == "RGB"
            assert decoded.content_hash.startswith(row["sha256"])
            assert (decoded.format, decoded.n_bytes) == (row["format"], int(row["bytes"]))
            outcomes[row["file"]] = "ok {}x{}".format(*decoded.image.size)
    assert outcomes == {row["file"]: row["to_rgb"] for row in rows}
    assert sum(map(bool, outcomes.values())) == 74
    assert len(outcomes) == 91


def test_awkward_orientations_come_out_upright(shared_data: Path) -> None:
    folder = shared_data / "hard_images"
    upright = np.asarray(decode(folder / "hopper.webp").image, dtype=float)
    names = [f"hopper_orientation_{n}.jpg" for n in range(2, 9)] + ["hopper_orientation_6.webp"]
    for name in names:
        pixels = np.asarray(decode(folder / name).image, dtype=float)
        assert np.abs(pixels - upright).mean() < 8, name  # a turned or mirrored one: above 50


@pytest.mark.parametrize(
    ("short_edge", "size"),
    [(0, (640, 480)), (60, (80, 60)), (61, (160, 120)), (240, (320, 240)), (241, (640, 480))],
)
def test_a_jpeg_is_decoded_to_the_smallest_fraction_that_will_do(
    short_edge: int, size: tuple[int, int]
) -> None:
    data = encoded(painting(640, 480), "JPEG")
    found, whole = decode_bytes(data, short_edge), decode_bytes(data)
    assert found.image.size == size and found.content_hash == whole.content_hash
    small = np.asarray(whole.image.resize(size, Image.Resampling.BOX), dtype=np.float64)
    assert np.abs(np.asarray(found.image) - small).mean() < 3


def test_other_kinds_and_turned_jpegs_are_decoded_alike() -> None:
    image = painting(640, 480)
    assert decode_bytes(encoded(image, "PNG"), 60).image.size == (640, 480)
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_bytes(encoded(image, "JPEG", exif=exif), 60).image.size == (60, 80)
    cmyk = encoded(image.convert("CMYK"), "JPEG")
    assert decode_bytes(cmyk, 60).image.size == (80, 60)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    turn = TURNS.get(orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = painting().transpose(turn) if turn is not None else painting()
    decoded = decode_bytes(encoded(stored, exif=exif.tobytes()))
    assert decoded.image.tobytes() == painting().tobytes()
    assert not decoded.image.info


def test_kind_is_found_in_the_bytes_and_hash_is_theirs(tmp_path: Path) -> None:
    file = tmp_path / "really a png.jpg"
    file.write_bytes(data := encoded(painting()))
    decoded = decode(file)
    assert decoded.format == "PNG"
    assert decoded.content_hash == sha256(data).hexdigest()[:32]
    assert decoded.n_bytes == len(data)
    assert decoded.image.tobytes() == painting().tobytes()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_first_frame_is_taken(kind: str) -> None:
    red, blue = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    data = encoded(red, kind, save_all=True, append_images=[blue])
    assert decode_bytes(data).image.getpixel((4, 4)) == pytest.approx((255, 0, 0), abs=3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_truncated_file_is_rejected(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(Undecodable):
        decode_bytes(data[: int(len(data) * share)])


def test_what_is_no_regular_file_is_rejected_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(fifo := tmp_path / "fifo.jpg")
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nothing")
    reasons = {}

    def read_all() -> None:
        for path in (fifo, tmp_path / "folder.jpg", Path("/dev/zero"), tmp_path / "dangling.jpg"):
            with pytest.raises(Undecodable) as caught:
                decode(path)
            reasons[path.name] = caught.value.reason

    thread = threading.Thread(target=read_all, daemon=True)
    thread.start()
    thread.join(10)
    assert reasons == {
        "fifo.jpg": "not a regular file",
        "folder.jpg": "Is a directory",
        "zero": "not a regular file",
        "dangling.jpg": "No such file or directory",
    }


def test_limits_of_pixels_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = encoded(Image.new("1", (9_460, 9_460)))  # between Pillow's warning and its error
    with pytest.raises(Undecodable, match="more than 89,478,485 pixels"):
        decode_bytes(huge)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # another library may lift Pillow's limit
    with pytest.raises(Undecodable, match="more than 89,478,485 pixels"):
        decode_bytes(huge)
    (tmp_path / "large").write_bytes(b"12345")
    monkeypatch.setattr(decoding, "MAX_BYTES", 4)
    with pytest.raises(Undecodable, match="larger than"):
        decode(tmp_path / "large")


def test_postscript_is_not_run() -> None:
    with pytest.raises(Undecodable, match="known format"):
        decode_bytes(encoded(painting(), "EPS"))


def test_reason_is_one_printable_line() -> None:
    error = Undecodable("bad\n\x1b[31m header\x00\t" + "x" * 500)
    assert error.reason == str(error)
    assert error.reason.startswith("bad [31m header xxx")
    assert error.reason.isprintable()
    assert len(error.reason) == 200


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0"]))
def test_any_bytes_decode_or_are_undecodable(data: bytes, magic: bytes) -> None:
    try:
        assert decode_bytes(magic + data).image.mode == "RGB"
    except Undecodable as error:
        assert error.reason


@settings(deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP"]))
def test_damaged_bytes_decode_or_are_undecodable(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    data = bytearray(encoded(painting(), kind))
    for place in rng.integers(0, len(data), 5):
        data[place] = rng.integers(256)
    try:
        assert decode_bytes(bytes(data)).image.mode == "RGB"
    except Undecodable as error:
        assert error.reason


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1024, 512), (512, 256)), ((300, 200), (300, 200)), ((3, 4000), (1, 512)), ((1, 1), (1, 1))],
)
def test_thumbnail_is_smaller_never_larger(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    path = tmp_path / "new folder" / "thumbnail.jpg"
    source = painting(*size)
    save_thumbnail(source, path)
    with Image.open(path) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", expected)
        reference = source.resize(expected)
        assert np.abs(np.asarray(thumbnail, float) - np.asarray(reference, float)).mean() < 20
    assert source.size == size
    assert [file.name for file in path.parent.iterdir()] == ["thumbnail.jpg"]


def test_thumbnail_tells_nothing_of_the_camera(shared_data: Path, tmp_path: Path) -> None:
    save_thumbnail(
        decode(shared_data / "hard_images" / "exif_jpg_gps_DSCN0010.jpg").image,
        path := tmp_path / "thumbnail.jpg",
    )
    with Image.open(path) as thumbnail:
        assert not thumbnail.getexif()
        assert not {"exif", "icc_profile", "comment"} & set(thumbnail.info)


def test_failed_thumbnail_leaves_the_old_one_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "thumbnail.jpg"
    save_thumbnail(painting(), path)
    before = path.read_bytes()
    with pytest.raises(OSError, match="RGBA"):
        save_thumbnail(painting().convert("RGBA"), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["thumbnail.jpg"]
