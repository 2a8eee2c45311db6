// Dots, put into pixels by hand: a canvas's own discs take seconds for 80,000 where there is no GPU.
const channels = (colour) => (colour.startsWith("#")
  ? [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16))
  : colour.match(/\d+/g).slice(0, 3).map(Number));

// How much of each pixel around its middle a disc covers.
const discOf = (radius) => {
  const reach = Math.ceil(radius);
  const found = [];
  for (let y = -reach; y <= reach; y += 1) {
    for (let x = -reach; x <= reach; x += 1) {
      const cover = within(radius + 0.5 - Math.hypot(x, y), 0, 1);
      if (cover > 0) found.push([x, y, cover]);
    }
  }
  return found;
};

const groundOf = (context, colour) => {
  const image = context.createImageData(context.canvas.width, context.canvas.height);
  const [red, green, blue] = channels(colour);
  const little = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
  const word = little ? (255 << 24) | (blue << 16) | (green << 8) | red
    : (red << 24) | (green << 16) | (blue << 8) | 255;
  new Uint32Array(image.data.buffer).fill(word);
  return image;
};

// Unlit ones beneath, faint; of each the grey ones first.
const dots = (state, context, seen, radius) => {
  const { data, camera, coloured, lit, sharp } = state;
  const image = groundOf(context, colourOf("--frame"));
  const disc = discOf(Math.max(0.8, radius * sharp));
  const colours = coloured.colours.map((colour) => channels(colour ?? colourOf("--dot-rest")));
  const unit = unitOf(camera) * sharp;
  const left = camera.width * sharp / 2 - camera.x * unit;
  const top = camera.height * sharp / 2 - camera.y * unit;
  for (const onTop of lit ? [0, 1] : [1]) {
    for (const work of seen) {
      if (lit && lit[work] !== onTop) continue;
      const bucket = coloured.buckets[work];
      const strength = lit && !onTop ? 0.14 : bucket ? 0.88 : 0.6;
      stamp(image, Math.round(left + data.x[work] * unit), Math.round(top + data.y[work] * unit),
        disc, colours[bucket], strength);
    }
  }
  context.putImageData(image, 0, 0);
};

const stamp = (image, middle, line, disc, [red, green, blue], strength) => {
  const { data, width, height } = image;
  for (const [x, y, cover] of disc) {
    const [column, row] = [middle + x, line + y];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const place = 4 * (row * width + column);
    const share = cover * strength;
    data[place] += (red - data[place]) * share;
    data[place + 1] += (green - data[place + 1]) * share;
    data[place + 2] += (blue - data[place + 2]) * share;
  }
};
