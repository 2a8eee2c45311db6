// Thumbnails: sheets are decoded when a tile of theirs is first wanted.
const newTiles = (data, sheets, whenThere) => {
  const { side, across, starts, sizes } = data.tiles;
  const images = new Map();
  const sheetOf = (place) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= place) low = middle; else high = middle - 1;
    }
    return low;
  };
  const imageOf = (sheet) => {
    if (!images.has(sheet)) {
      const image = new Image();
      image.addEventListener("load", whenThere);
      image.src = `data:image/webp;base64,${sheets[sheet].textContent}`;
      images.set(sheet, image);
    }
    return images.get(sheet);
  };
  return {
    has: (work) => data.tileOf[work] >= 0,
    // The work's picture within a box of `room` pixels around a point; false until it is decoded.
    draw: (context, work, left, top, room) => {
      const tile = data.tileOf[work];
      if (tile < 0) return false;
      const sheet = sheetOf(tile);
      const image = imageOf(sheet);
      if (!image.complete || !image.naturalWidth) return false;
      const place = tile - starts[sheet];
      const [width, height] = [sizes[2 * tile], sizes[2 * tile + 1]];
      const scale = room / Math.max(width, height);
      context.drawImage(image, (place % across) * side, Math.floor(place / across) * side, width,
        height, left - width * scale / 2, top - height * scale / 2, width * scale, height * scale);
      return [width * scale, height * scale];
    },
  };
};

// A canvas of its own with one work's picture, drawn as soon as it is there.
const thumbnail = (state, work, room) => {
  const canvas = make("canvas", "thumbnail");
  const sharp = Math.min(devicePixelRatio || 1, 2);
  const tile = state.data.tileOf[work];
  const [width, height] = tile < 0 ? [1, 1]
    : [state.data.tiles.sizes[2 * tile], state.data.tiles.sizes[2 * tile + 1]];
  const scale = room / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale * sharp));
  canvas.height = Math.max(1, Math.round(height * scale * sharp));
  canvas.style.width = `${Math.round(width * scale)}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", titleOf(state.data, work));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  const draw = () => state.tiles.draw(
    context, work, canvas.width / 2, canvas.height / 2, room * sharp);
  if (!draw()) state.waiting.push(draw);
  return canvas;
};
