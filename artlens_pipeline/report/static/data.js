// The data of the map, unpacked from the page itself; nothing is fetched.
const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const unpack = async (element) => {
  const packed = new Blob([bytesOf(element.textContent)]);
  const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(stream).text());
  element.remove();
  return prepare(data);
};

const prepare = (data) => {
  const works = data.ids.length;
  const tileOf = new Int32Array(works).fill(-1);
  data.tiles.works.forEach((work, place) => { tileOf[work] = place; });
  const placed = [];
  for (let work = 0; work < works; work += 1) if (data.x[work] >= 0) placed.push(work);
  const fieldOf = new Map(data.fields.map((field) => [field.name, field]));
  return {
    ...data, works, tileOf, fieldOf,
    placed: Int32Array.from(placed),
    x: Float32Array.from(data.x, (value) => value / 65535),
    y: Float32Array.from(data.y, (value) => value / 65535),
  };
};

const isKnown = (field, work) => field.codes[work] >= 0;

const numberAt = (field, work) => field.least + field.step * field.codes[work];

const numberWords = (value, whole) => {
  if (whole) {
    const rounded = Math.round(value);
    return Math.abs(rounded) < 10000 ? String(rounded) : rounded.toLocaleString("en");
  }
  return Number(value.toPrecision(3)).toString();
};

// A field of a work in words; "" where it is unknown.
const valueWords = (field, work) => {
  if (!isKnown(field, work)) return "";
  if (field.kind === "label") return field.labels[field.codes[work]];
  return numberWords(numberAt(field, work), field.whole);
};

const titleOf = (data, work) => data.titles[work] || "untitled";

const byOf = (data, work) => ["artist", "year"]
  .map((name) => (data.fieldOf.has(name) ? valueWords(data.fieldOf.get(name), work) : ""))
  .filter(Boolean).join(", ");
