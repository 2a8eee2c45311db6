"""De Stijl: black bars on white, a few cells in primary colours."""

import cv2
import numpy as np

from artlens_pipeline.atelier.styles.motif import Motif, Rng

PRIMARIES = ((206, 34, 32), (240, 200, 34), (28, 62, 148))


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """The form "diagonal" is the grid turned by an eighth."""
    width, height = motif.scene.size
    if motif.scene.form != "diagonal":
        return _grid(rng, motif, width, height)
    side = round(1.45 * max(width, height))
    turned = _grid(rng, motif, side, side)
    centre = (side / 2, side / 2)
    matrix = cv2.getRotationMatrix2D(centre, 45, 1.0)
    matrix[:, 2] += np.array((width / 2 - centre[0], height / 2 - centre[1]))
    return cv2.warpAffine(turned, matrix, (width, height), flags=cv2.INTER_LINEAR)


def _grid(rng: Rng, motif: Motif, width: int, height: int) -> np.ndarray:
    paper = motif.palette.paper + rng.normal(0, 3)
    canvas = np.full((height, width, 3), np.clip(paper, 0, 255), dtype=np.uint8)
    bar = max(3, round(motif.unit * 1.5 * motif.painter.stroke * rng.uniform(0.8, 1.3)))
    columns, rows = (_cut(rng, edge) for edge in (width, height))
    cells = [(i, j) for i in range(len(columns) - 1) for j in range(len(rows) - 1)]
    order = rng.permutation(len(cells))
    primaries = rng.permutation(PRIMARIES)[: len(motif.painter.hues)]
    for count, index in enumerate(order[: int(rng.integers(3, 7))]):
        i, j = cells[index]
        shade = primaries[count % len(primaries)] + rng.normal(0, 6, 3)
        corner = (columns[i + 1], rows[j + 1])
        cv2.rectangle(canvas, (columns[i], rows[j]), corner, np.clip(shade, 0, 255).tolist(), -1)
    for x in columns[1:-1]:
        cv2.rectangle(canvas, (x - bar // 2, 0), (x + bar // 2, height), (20, 18, 20), -1)
    for y in rows[1:-1]:
        cv2.rectangle(canvas, (0, y - bar // 2), (width, y + bar // 2), (20, 18, 20), -1)
    return canvas


def _cut(rng: Rng, edge: int) -> list[int]:
    """Uneven intervals from 0 to `edge`."""
    shares = rng.dirichlet(np.full(int(rng.integers(4, 7)), 1.6)) + 0.05
    return [0, *np.round(np.cumsum(shares) / shares.sum() * edge).astype(int).tolist()]
