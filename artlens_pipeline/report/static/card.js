// What is said of one work: a tip beside the pointer, a card that stays.
const heading = (state, work, tag) => {
  const name = make(tag, "name", titleOf(state.data, work));
  name.dir = "auto";
  const by = make("p", "by", byOf(state.data, work));
  by.dir = "auto";
  return [name, by];
};

const showTip = (state, work, left, top) => {
  const { tip, camera, field } = state;
  tip.hidden = work < 0;
  if (work < 0) { tip.replaceChildren(); state.tipOf = -1; return; }
  if (state.tipOf !== work) {
    state.tipOf = work;
    tip.replaceChildren();
    if (state.tiles.has(work)) tip.append(thumbnail(state, work, 112));
    tip.append(...heading(state, work, "p"));
    const value = valueWords(field, work);
    tip.append(make("p", "number", value ? `${field.words}: ${value}` : ""));
  }
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const right = left + 16 + width < camera.width;
  tip.style.left = `${within(right ? left + 16 : left - 16 - width, 4, Math.max(4, camera.width - width - 4))}px`;
  tip.style.top = `${within(top - height / 2, 4, Math.max(4, camera.height - height - 4))}px`;
};

const showPinned = (state, work, choose) => {
  const { panel, data } = state;
  panel.hidden = work < 0;
  panel.replaceChildren();
  if (work < 0) return;
  const close = make("button", "close", "×");
  close.type = "button";
  close.setAttribute("aria-label", "Close this card");
  close.addEventListener("click", () => { choose(-1); state.canvas.focus(); });
  panel.append(close);
  if (state.tiles.has(work)) panel.append(thumbnail(state, work, 168));
  panel.append(...heading(state, work, "h3"));
  if (data.captions?.[work]) panel.append(make("p", "note", data.captions[work]));
  if (data.colors?.[work]) panel.append(swatches(data.colors[work]));
  panel.append(facts(state, work), resembling(state, work, choose));
  panel.append(make("p", "id", data.ids[work]));
};

const swatches = (colors) => {
  const row = make("div", "swatches");
  row.setAttribute("aria-hidden", "true");
  for (const color of colors.match(/[0-9a-f]{6}/g)) {
    const swatch = make("span");
    swatch.style.background = `#${color}`;
    row.append(swatch);
  }
  return row;
};

const facts = ({ data }, work) => {
  const list = make("dl", "mostly");
  const more = make("dl", "mostly");
  for (const field of data.fields) {
    const value = valueWords(field, work);
    if (!value || field.name === "artist" || field.name === "year") continue;
    const line = make("div");
    const said = make("dd", field.kind === "number" ? "number" : "", value);
    said.dir = "auto";
    line.append(make("dt", "", field.words), said);
    (list.childElementCount < 7 ? list : more).append(line);
  }
  if (!more.childElementCount) return list;
  const all = make("details");
  all.append(make("summary", "", "All fields"), more);
  const both = make("div");
  both.append(list, all);
  return both;
};

const resembling = (state, work, choose) => {
  const near = (state.data.neighbors?.[work] ?? []).filter((one) => one >= 0);
  const part = make("div");
  if (!near.length) return part;
  part.append(make("p", "minor", "Most alike"));
  const list = make("ul", "alike");
  for (const one of near) {
    const button = make("button");
    button.type = "button";
    button.title = titleOf(state.data, one);
    button.setAttribute("aria-label", titleOf(state.data, one));
    button.append(state.tiles.has(one) ? thumbnail(state, one, 52) : make("span", "", "·"));
    button.addEventListener("click", () => choose(one, true));
    const item = make("li");
    item.append(button);
    list.append(item);
  }
  part.append(list);
  return part;
};
