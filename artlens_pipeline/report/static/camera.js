// Where the map's square of 0 to 1 lies on the canvas, in CSS pixels.
const MOST_ZOOM = 60;
const MARGIN = 18;

const newCamera = () => ({ width: 1, height: 1, zoom: 1, x: 0.5, y: 0.5 });

const unitOf = (camera) => (Math.min(camera.width, camera.height) - 2 * MARGIN) * camera.zoom;

const toScreen = (camera, x, y) => {
  const unit = unitOf(camera);
  return [camera.width / 2 + (x - camera.x) * unit, camera.height / 2 + (y - camera.y) * unit];
};

const toMap = (camera, left, top) => {
  const unit = unitOf(camera);
  return [camera.x + (left - camera.width / 2) / unit, camera.y + (top - camera.height / 2) / unit];
};

const within = (value, low, high) => Math.min(high, Math.max(low, value));

const keepInside = (camera) => {
  camera.zoom = within(camera.zoom, 1, MOST_ZOOM);
  camera.x = within(camera.x, 0, 1);
  camera.y = within(camera.y, 0, 1);
  if (camera.zoom === 1) { camera.x = 0.5; camera.y = 0.5; }
};

const moveBy = (camera, left, top) => {
  const unit = unitOf(camera);
  camera.x -= left / unit;
  camera.y -= top / unit;
  keepInside(camera);
};

// What lies under the point stays there.
const zoomAt = (camera, left, top, factor) => {
  const [x, y] = toMap(camera, left, top);
  camera.zoom = within(camera.zoom * factor, 1, MOST_ZOOM);
  const unit = unitOf(camera);
  camera.x = x - (left - camera.width / 2) / unit;
  camera.y = y - (top - camera.height / 2) / unit;
  keepInside(camera);
};

const goTo = (camera, x, y) => {
  camera.zoom = Math.max(camera.zoom, 5);
  camera.x = x;
  camera.y = y;
  keepInside(camera);
};
