// Drawing: dots in the order of their colours, pictures where there is room, marks on top.
const PICTURE = 52;
const MOST_PICTURED = 1500;
const NEAR_ENOUGH = 2.4;
const ALWAYS_PICTURED = 120;

const radiusOf = (state) => {
  const base = within(90 / Math.sqrt(Math.max(1, state.data.placed.length)), 0.9, 4.5);
  return Math.min(7, base * Math.sqrt(state.camera.zoom));
};

// Works by colour, grey first: sorted once for each colouring, not for each frame.
const inOrder = (data, buckets) =>
  Int32Array.from(data.placed).sort((a, b) => buckets[a] - buckets[b] || a - b);

const paint = (state) => {
  if (!state.canvas.width || !state.canvas.height) return; // not laid out yet, or in a hidden tab
  const context = state.canvas.getContext("2d");
  context.setTransform(state.sharp, 0, 0, state.sharp, 0, 0);
  const seen = visible(state);
  dots(state, context, seen, radiusOf(state));
  if (state.pictures) pictures(state, context, seen);
  marks(state, context);
};

const visible = ({ data, camera, order }) => {
  const [x0, y0] = toMap(camera, -8, -8);
  const [x1, y1] = toMap(camera, camera.width + 8, camera.height + 8);
  return order.filter((work) =>
    data.x[work] >= x0 && data.x[work] <= x1 && data.y[work] >= y0 && data.y[work] <= y1);
};

// Pictures over dots that are far enough from each other; the rest stay dots.
const pictures = (state, context, seen) => {
  const { data, camera, lit, tiles } = state;
  const shown = lit ? seen.filter((work) => lit[work]) : seen;
  if (shown.length > (camera.zoom < NEAR_ENOUGH ? ALWAYS_PICTURED : MOST_PICTURED)) return;
  const taken = new Set();
  const room = Math.min(PICTURE * (0.75 + camera.zoom / 12), 96);
  const cells = unitOf(camera) / room; // of the map, not the screen: what is moved stays the same
  for (const work of [...shown].sort((a, b) => a - b)) {
    if (!tiles.has(work)) continue;
    const [left, top] = toScreen(camera, data.x[work], data.y[work]);
    const [column, row] = [Math.floor(data.x[work] * cells), Math.floor(data.y[work] * cells)];
    const near = [-1, 0, 1].some((a) => [-1, 0, 1].some((b) => taken.has(`${column + a},${row + b}`)));
    if (near) continue;
    taken.add(`${column},${row}`);
    const size = tiles.draw(context, work, left, top, room);
    if (size) {
      context.lineWidth = 2;
      context.strokeStyle = state.coloured.colours[state.coloured.buckets[work]] ?? colourOf("--dot-rest");
      context.strokeRect(left - size[0] / 2, top - size[1] / 2, size[0], size[1]);
    }
  }
};

const marks = ({ data, camera, pinned, pointed, keyed }, context) => {
  const ring = (work, colour, width) => {
    if (work < 0) return;
    const [left, top] = toScreen(camera, data.x[work], data.y[work]);
    context.beginPath();
    context.arc(left, top, 9, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  };
  ring(pinned, colourOf("--accent"), 3);
  ring(pointed, colourOf("--ink"), 2);
  if (keyed) {
    context.strokeStyle = colourOf("--ink");
    context.lineWidth = 1;
    const [left, top] = [camera.width / 2, camera.height / 2];
    context.beginPath();
    context.moveTo(left - 14, top); context.lineTo(left + 14, top);
    context.moveTo(left, top - 14); context.lineTo(left, top + 14);
    context.stroke();
  }
};
