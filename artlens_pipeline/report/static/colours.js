// Which colour each work has, and the legend that says so.
const NAMED = 10;
const UNKNOWN = "unknown";
const STEPS = 24;
const RAMP = [[68, 57, 131], [49, 104, 142], [33, 145, 140], [53, 183, 121], [190, 205, 50]];

const rampAt = (share) => {
  const place = within(share, 0, 1) * (RAMP.length - 1);
  const first = Math.min(Math.floor(place), RAMP.length - 2);
  const mixed = RAMP[first].map((value, part) =>
    Math.round(value + (RAMP[first + 1][part] - value) * (place - first)));
  return `rgb(${mixed.join(",")})`;
};

// Buckets of one colour each; the grey ones come first, so that they are drawn beneath.
const colouring = (data, field) => {
  const buckets = new Uint8Array(data.works);
  if (field.kind === "number") {
    const span = field.high - field.low || 1;
    for (let work = 0; work < data.works; work += 1) {
      if (!isKnown(field, work)) continue;
      const share = within((numberAt(field, work) - field.low) / span, 0, 1);
      buckets[work] = 1 + Math.round(share * (STEPS - 1));
    }
    const colours = Array.from({ length: STEPS }, (_, step) => rampAt(step / (STEPS - 1)));
    return { buckets, colours: [null, ...colours] };
  }
  const named = field.labels.slice(0, NAMED).filter((label) => label !== "noise");
  const bucketOf = field.labels.map((label) => named.indexOf(label) + 1);
  for (let work = 0; work < data.works; work += 1) {
    buckets[work] = isKnown(field, work) ? bucketOf[field.codes[work]] : 0;
  }
  return { buckets, colours: [null, ...data.palette.slice(0, named.length)], named };
};

const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const dotOf = (colour) => {
  const dot = make("span", "dot");
  if (colour) dot.style.background = colour;
  return dot;
};

// `choose(bucket)`: a label was clicked; `chosen`: the bucket that alone is lit, or -1.
const showLegend = (legend, data, field, coloured, chosen, choose) => {
  legend.replaceChildren(make("h3", "", field.words));
  if (field.kind === "number") {
    const bar = make("div", "ramp");
    const stops = Array.from({ length: 9 }, (_, step) => rampAt(step / 8));
    bar.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
    const ends = make("p", "ramp-ends");
    ends.append(...[field.low, field.high].map((v) => make("span", "", numberWords(v, field.whole))));
    legend.append(bar, ends, make("p", "note", "The colours span the middle 96% of works."));
    return;
  }
  const list = make("ul");
  const counts = new Array(coloured.colours.length).fill(0);
  for (const work of data.placed) counts[coloured.buckets[work]] += 1;
  const entry = (bucket, words) => {
    const button = make("button", "entry");
    button.type = "button";
    button.setAttribute("aria-pressed", String(bucket === chosen));
    const name = make("span", "label", words);
    name.dir = "auto";
    button.title = words;
    button.append(dotOf(coloured.colours[bucket]), name,
      make("span", "number", counts[bucket].toLocaleString("en")));
    button.addEventListener("click", () => choose(bucket === chosen ? -1 : bucket));
    const item = make("li");
    item.append(button);
    list.append(item);
  };
  coloured.named.forEach((label, place) => entry(place + 1, label));
  const others = field.labels.filter((label) => !coloured.named.includes(label));
  const rest = others.length === 1 ? others[0] : others.length ? `${others.length} more` : "";
  const unknown = field.codes.some((code) => code < 0) ? UNKNOWN : "";
  if (counts[0]) entry(0, [rest, unknown].filter(Boolean).join(", "));
  legend.append(list);
};
