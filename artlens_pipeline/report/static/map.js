// The map put together: state, what changes it, and when it is drawn.
const REACH = 14;
const byId = (id) => document.getElementById(id);

const newState = (data) => ({
  data, camera: newCamera(), places: newPlaces(data), canvas: byId("canvas"), sharp: 1,
  tip: byId("tip"), panel: byId("pinned"), tipOf: -1, pinned: -1, pointed: -1, keyed: false,
  found: { box: byId("found"), words: byId("found-words"), list: byId("found-list") },
  pictures: true, waiting: [], matches: null, chosen: -1, lit: null,
});

const startMap = async () => {
  const state = newState(await unpack(byId("data")));
  let asked = false;
  const redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(state); });
  };
  state.tiles = newTiles(state.data, document.querySelectorAll("script.sheet"), () => {
    state.waiting = state.waiting.filter((draw) => !draw());
    redraw();
  });
  const light = () => {
    const { matches, chosen, coloured, data } = state;
    const all = !matches && chosen < 0;
    state.lit = all ? null : Uint8Array.from({ length: data.works }, (_, work) =>
      Number((!matches || matches[work]) && (chosen < 0 || coloured.buckets[work] === chosen)));
    redraw();
  };
  const legend = () => showLegend(byId("legend"), state.data, state.field, state.coloured,
    state.chosen, (bucket) => { state.chosen = bucket; legend(); light(); refocus(bucket); });
  const colour = (name) => {
    state.field = state.data.fieldOf.get(name);
    state.coloured = colouring(state.data, state.field);
    state.order = inOrder(state.data, state.coloured.buckets);
    state.chosen = -1;
    state.tipOf = -1;
    legend();
    light();
  };
  const choose = (work, go = false) => {
    state.pinned = work;
    showPinned(state, work, choose);
    if (work >= 0 && go && state.data.x[work] >= 0) {
      goTo(state.camera, state.data.x[work], state.data.y[work]);
    }
    redraw();
  };
  startTools(state, colour, light, choose, redraw);
  startGestures(state, choose, redraw);
  onTheme.push(redraw);
  reveal(state, redraw);
};

const refocus = (bucket) => {
  const entries = byId("legend").querySelectorAll("button");
  (byId("legend").querySelector("[aria-pressed=true]") ?? entries[Math.max(0, bucket - 1)])?.focus();
};

const startTools = (state, colour, light, choose, redraw) => {
  const select = byId("colour");
  for (const kind of ["label", "number"]) {
    const group = make("optgroup");
    group.label = kind === "label" ? "Labels" : "Numbers";
    for (const field of state.data.fields.filter((one) => one.kind === kind)) {
      const option = make("option", "", field.words);
      option.value = field.name;
      group.append(option);
    }
    if (group.childElementCount) select.append(group);
  }
  select.addEventListener("change", () => colour(select.value));
  colour(select.value);
  const search = () => {
    state.matches = find(state.data, byId("query").value);
    showFound(state, state.matches, choose);
    light();
  };
  let waits = 0;
  byId("query").addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(search, 150); });
  byId("search").addEventListener("submit", (event) => { event.preventDefault(); search(); });
  byId("pictures").addEventListener("change", (event) => {
    state.pictures = event.target.checked;
    redraw();
  });
};

const reveal = (state, redraw) => {
  byId("still").remove();
  byId("map-still").remove();
  for (const id of ["canvas", "map-tools", "zoom", "map-keys"]) byId(id).hidden = false;
  new ResizeObserver(() => {
    const { canvas, camera } = state;
    state.sharp = Math.min(devicePixelRatio || 1, 2);
    [camera.width, camera.height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(camera.width * state.sharp);
    canvas.height = Math.round(camera.height * state.sharp);
    redraw();
  }).observe(state.canvas);
  document.documentElement.dataset.map = "ready";
};

startTheme();
const beginMap = () => startMap().catch((error) => {
  byId("map-still").textContent =
    `The map cannot be explored in this browser (${error.message}); this is a still picture of it.`;
});

// What can be read is painted before the map's data are unpacked.
if (byId("data")) requestAnimationFrame(() => setTimeout(beginMap));
