// Pointer, wheel, touch and keys. One finger scrolls the page; two move and zoom the map.
const STEP = 60;

const startGestures = (state, choose, redraw) => {
  const { canvas, camera } = state;
  const wanted = (work) => !state.lit || state.lit[work];
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const under = (left, top) =>
    nearest(state.data, state.places, camera, left, top, REACH, wanted);
  const point = (left, top, work) => {
    state.pointed = work;
    showTip(state, work, left, top);
    redraw();
  };
  startPointers(state, at, under, point, choose, redraw);
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoomAt(camera, ...at(event), Math.exp(-within(event.deltaY, -240, 240) * (event.ctrlKey ? 0.01 : 0.0025)));
    point(0, 0, -1);
  }, { passive: false });
  byId("zoom").addEventListener("click", (event) => {
    const asked = event.target.closest("button")?.dataset.zoom;
    if (asked === "all") Object.assign(camera, { zoom: 1, x: 0.5, y: 0.5 });
    else if (asked) zoomAt(camera, camera.width / 2, camera.height / 2, asked === "in" ? 1.6 : 1 / 1.6);
    point(0, 0, -1);
  });
  startKeys(state, under, point, choose);
};

const startPointers = (state, at, under, point, choose, redraw) => {
  const { canvas, camera } = state;
  const held = new Map();
  let moved = 0;
  const spread = () => {
    const [[a, b], [c, d]] = [...held.values()];
    return [Math.hypot(a - c, b - d), (a + c) / 2, (b + d) / 2];
  };
  canvas.addEventListener("pointerdown", (event) => {
    state.keyed = false;
    held.set(event.pointerId, at(event));
    moved = 0;
    if (event.pointerType !== "touch" || held.size > 1) canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [left, top] = at(event);
    if (!held.has(event.pointerId)) {
      if (event.pointerType !== "touch") point(left, top, under(left, top));
      return;
    }
    const [before, above] = held.get(event.pointerId);
    moved += Math.hypot(left - before, top - above);
    if (held.size === 2) {
      const [far, x, y] = spread();
      held.set(event.pointerId, [left, top]);
      const [now, nowX, nowY] = spread();
      moveBy(camera, nowX - x, nowY - y);
      zoomAt(camera, nowX, nowY, now / Math.max(1, far));
    } else {
      held.set(event.pointerId, [left, top]);
      if (event.pointerType !== "touch") moveBy(camera, left - before, top - above);
    }
    if (moved > 4) point(0, 0, -1); else redraw();
  });
  const letGo = (event) => {
    const was = held.delete(event.pointerId);
    if (event.type !== "pointerup" || !was || moved > 6 || held.size) return;
    const [left, top] = at(event);
    const work = under(left, top);
    choose(work);
    point(left, top, work);
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, letGo);
  canvas.addEventListener("pointerleave", (event) => {
    // A finger that was lifted leaves, too; what it tapped on stays.
    if (!held.size && event.pointerType !== "touch") point(0, 0, -1);
  });
};

const startKeys = (state, under, point, choose) => {
  const { canvas, camera } = state;
  const middle = () => [camera.width / 2, camera.height / 2];
  const keys = {
    ArrowLeft: () => moveBy(camera, STEP, 0), ArrowRight: () => moveBy(camera, -STEP, 0),
    ArrowUp: () => moveBy(camera, 0, STEP), ArrowDown: () => moveBy(camera, 0, -STEP),
    "+": () => zoomAt(camera, ...middle(), 1.6), "=": () => zoomAt(camera, ...middle(), 1.6),
    "-": () => zoomAt(camera, ...middle(), 1 / 1.6),
    0: () => Object.assign(camera, { zoom: 1, x: 0.5, y: 0.5 }),
    Enter: () => choose(state.pointed), Escape: () => choose(-1),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    state.keyed = true;
    keys[event.key]();
    const work = nearest(state.data, state.places, camera, ...middle(), 60,
      (one) => !state.lit || state.lit[one]);
    point(...middle(), work);
    const spoken = work < 0 ? "" : [titleOf(state.data, work), byOf(state.data, work)].filter(Boolean).join(", ");
    if (byId("spoken").textContent !== spoken) byId("spoken").textContent = spoken;
  });
  canvas.addEventListener("blur", () => { state.keyed = false; point(0, 0, -1); });
};
