// The fixed table of functions that an option may name.

/** The short text that stands beside a mark. */
const shown = () => (params) => (params.data && params.data.shown) || "";

/** One text per tick of a value axis, lowest first. */
const ticks = ({ texts }) => (_value, index) => texts[index] ?? "";

/** A text for each place of a category axis that has one; the others stay bare. */
const named = ({ texts }) => (value) => texts[value] ?? "";

/** The place, then each series with its text; built from nodes, so that names are never read as markup. */
const tooltip = () => (params) => {
  const items = Array.isArray(params) ? params : [params];
  const box = element("div", "tip");
  box.append(element("div", "tip-title", items[0].axisValue ?? items[0].name));
  for (const item of items) {
    if (!item.data || !item.data.text) continue;
    const row = element("div", "tip-row");
    row.append(element("span", "tip-name", item.seriesName));
    row.append(element("span", "tip-value", item.data.text));
    box.append(row);
  }
  return box;
};

function element(name, className, content) {
  const node = document.createElement(name);
  node.className = className;
  if (content !== undefined) node.textContent = content;
  return node;
}

/** A band between the two values of a row: the middle half of the peers. */
const band = ({ height, color }) => (_params, api) => {
  if (!Number.isFinite(api.value(0))) return undefined;
  const low = api.coord([api.value(0), api.value(2)]);
  const high = api.coord([api.value(1), api.value(2)]);
  return {
    type: "rect",
    shape: { x: low[0], y: low[1] - height / 2, width: Math.max(high[0] - low[0], 2), height, r: 2 },
    style: { fill: color },
  };
};

/** An upright tick across a row: the median of the peers. */
const upright = ({ height, color }) => (_params, api) => {
  if (!Number.isFinite(api.value(0))) return undefined;
  const at = api.coord([api.value(0), api.value(1)]);
  return {
    type: "rect",
    shape: { x: at[0] - 1.5, y: at[1] - height / 2, width: 3, height },
    style: { fill: color },
  };
};

/** A level tick across a column: its target. */
const level = ({ color }) => (_params, api) => {
  if (!Number.isFinite(api.value(1))) return undefined;
  const at = api.coord([api.value(0), api.value(1)]);
  const half = (api.size([1, 0])[0] * 0.72) / 2;
  return {
    type: "rect",
    shape: { x: at[0] - half, y: at[1] - 1.5, width: half * 2, height: 3 },
    style: { fill: color },
  };
};

/** A step of a waterfall: a bar between two levels, and a thin line on to the next row. */
const step = ({ height, color, rows, line, ground }) => (_params, api) => {
  if (!Number.isFinite(api.value(0)) || !Number.isFinite(api.value(1))) return undefined;
  const row = api.value(2);
  const from = api.coord([api.value(0), row]);
  const to = api.coord([api.value(1), row]);
  const [top, left] = [to[1] - height / 2, Math.min(from[0], to[0])];
  const width = Math.max(Math.abs(to[0] - from[0]), 2);
  const children = [{ type: "rect", shape: { x: left, y: top, width, height, r: 1 }, style: { fill: color } }];
  if (ground) children.push(torn(left + Math.min(14, width / 2), top, height, ground));
  if (row + 1 < rows) {
    const next = top + api.size([0, 1])[1];
    const shape = { x1: to[0], y1: top + height, x2: to[0], y2: next };
    children.push({ type: "line", shape, style: { stroke: line, lineWidth: 1 } });
  }
  return { type: "group", children };
};

/** A jagged gap in a bar whose axis does not begin at zero. */
function torn(x, top, height, ground) {
  const at = (place) => [x + (place % 2 === 0 ? -3 : 3), top - 2 + ((height + 4) * place) / 4];
  const points = [0, 1, 2, 3, 4].map(at);
  return { type: "polyline", shape: { points }, style: { stroke: ground, lineWidth: 4, fill: "none" } };
}

/** Where we were before, as a ring, and an arrow from there to the dot where we are. */
const movement = ({ ring, dot, color, ground }) => (_params, api) => {
  if (!Number.isFinite(api.value(0))) return undefined;
  const from = api.coord([api.value(0), api.value(2)]);
  const children = [];
  if (Number.isFinite(api.value(1))) {
    const to = api.coord([api.value(1), api.value(2)]);
    const side = Math.sign(to[0] - from[0]);
    const tip = to[0] - side * (dot / 2 + 1);
    // Without room for a shaft the two places say it themselves.
    if (Math.abs(to[0] - from[0]) > dot / 2 + ring / 2 + 8) {
      const line = { x1: from[0], y1: from[1], x2: tip - side * 6, y2: to[1] };
      const points = [[tip, to[1]], [tip - side * 7, to[1] - 4.5], [tip - side * 7, to[1] + 4.5]];
      children.push({ type: "line", shape: line, style: { stroke: color, lineWidth: 2 } });
      children.push({ type: "polygon", shape: { points }, style: { fill: color } });
    }
  }
  const circle = { cx: from[0], cy: from[1], r: ring / 2 };
  children.push({ type: "circle", shape: circle, style: { fill: ground, stroke: color, lineWidth: 2 } });
  return { type: "group", children };
};

export const formatters = { named, shown, ticks, tooltip };
export const shapes = { band, level, movement, step, upright };
