// Search over titles and labels: all words must be there, whatever their case and accents.
const LISTED = 40;

const plainText = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("_", " ");

const textsOf = (data) => {
  const labels = data.fields.filter((field) => field.kind === "label");
  const known = labels.map((field) => field.labels.map(plainText));
  return data.titles.map((title, work) => {
    const parts = [plainText(title)];
    labels.forEach((field, place) => {
      if (field.codes[work] >= 0) parts.push(known[place][field.codes[work]]);
    });
    if (data.captions) parts.push(plainText(data.captions[work]));
    return parts.join("\n");
  });
};

// Works found, as 1s in a list of all; null for no search.
const find = (data, query) => {
  const words = plainText(query).split(/\s+/).filter(Boolean);
  if (!words.length) return null;
  data.texts ??= textsOf(data);
  return Uint8Array.from(data.texts, (text) => Number(words.every((word) => text.includes(word))));
};

const showFound = (state, found, choose) => {
  const { box, words, list } = state.found;
  box.hidden = !found;
  list.replaceChildren();
  if (!found) { words.textContent = ""; return; }
  const works = [];
  found.forEach((is, work) => { if (is) works.push(work); });
  const count = works.length.toLocaleString("en");
  words.textContent = works.length ? `${count} ${works.length === 1 ? "work" : "works"} found`
    + (works.length > LISTED ? `, the first ${LISTED} listed` : "") : "Nothing found";
  for (const work of works.slice(0, LISTED)) {
    const button = make("button");
    button.type = "button";
    const name = make("span", "name", titleOf(state.data, work));
    name.dir = "auto";
    button.append(name, make("span", "by", byOf(state.data, work)));
    button.addEventListener("click", () => choose(work, true));
    const item = make("li");
    item.append(button);
    list.append(item);
  }
};
