// Which works lie where: a grid of cells, so that the nearest is found at once.
const CELLS = 128;

const cellOf = (value) => within(Math.floor(value * CELLS), 0, CELLS - 1);

const newPlaces = (data) => {
  const cells = new Map();
  for (const work of data.placed) {
    const key = cellOf(data.y[work]) * CELLS + cellOf(data.x[work]);
    if (cells.has(key)) cells.get(key).push(work); else cells.set(key, [work]);
  }
  return cells;
};

// The works of a rectangle of the map, cell by cell: a few outside it, too.
function* worksIn(cells, x0, y0, x1, y1) {
  for (let row = cellOf(y0); row <= cellOf(y1); row += 1) {
    for (let column = cellOf(x0); column <= cellOf(x1); column += 1) {
      yield* cells.get(row * CELLS + column) ?? [];
    }
  }
}

// The nearest work within so many pixels that is wanted; -1 for none.
const nearest = (data, cells, camera, left, top, reach, wanted) => {
  const [x, y] = toMap(camera, left, top);
  const radius = reach / unitOf(camera);
  let found = -1;
  let best = radius * radius;
  for (const work of worksIn(cells, x - radius, y - radius, x + radius, y + radius)) {
    const far = (data.x[work] - x) ** 2 + (data.y[work] - y) ** 2;
    if (far <= best && wanted(work)) { best = far; found = work; }
  }
  return found;
};
