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
  const place = items.find((item) => item.data?.place)?.data.place;
  box.append(element("div", "tip-title", place ?? items[0].axisValue ?? items[0].name));
  for (const item of items) {
    if (!item.data || !item.data.text) continue;
    const row = element("div", "tip-row");
    row.append(element("span", "tip-name", item.data.series ?? item.seriesName));
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

/** A band between the two values of a row: the middle half of the peers, an interval, a bar. */
const band = ({ height, color, opacity = 1 }) => (_params, api) => {
  if (!Number.isFinite(api.value(0))) return undefined;
  const low = api.coord([api.value(0), api.value(2)]);
  const high = api.coord([api.value(1), api.value(2)]);
  return {
    type: "rect",
    shape: { x: low[0], y: low[1] - height / 2, width: Math.max(high[0] - low[0], 2), height, r: 2 },
    style: { fill: color, opacity },
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

/** Text between a row and the one above it: the rate from step to step. */
const passage = ({ texts, size }) => ({ dataIndex }, api) => {
  const { text, width, color, weight } = texts[dataIndex];
  if (!text) return undefined;
  const [zero, y] = api.coord([0, api.value(1)]);
  const x = Math.max(Math.min(zero, api.getWidth() - width), 0);
  const font = api.font({ fontSize: size, fontWeight: weight });
  const style = { text, x, y: y - api.size([0, 1])[1] / 2, fill: color, font, verticalAlign: "middle" };
  return { type: "text", style };
};

/** A line across all rows at one value: what they are compared with. */
const rule = ({ color, dashes }) => ({ coordSys }, api) => {
  if (!Number.isFinite(api.value(0))) return undefined;
  const x = api.coord([api.value(0), 0])[0];
  const shape = { x1: x, y1: coordSys.y, x2: x, y2: coordSys.y + coordSys.height };
  return { type: "line", shape, style: { stroke: color, lineWidth: 1.5, lineDash: dashes } };
};

/** A shaded cell; its value is written where there is room. What is only expected is outlined, its shade a mere strip. */
const cell = ({ cells }) => ({ dataIndex }, api) => {
  const { shade, ink, text, width, ground, outline } = cells[dataIndex];
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [across, down] = api.size([1, 1]);
  const box = { x: x - across / 2 + 1, y: y - down / 2 + 1, width: across - 2, height: down - 2 };
  const children = ground
    ? outlined(box, { shade, ground, outline })
    : [{ type: "rect", shape: { ...box, r: 2 }, style: { fill: shade } }];
  const size = [12, 10].find((size) => (width * size) / 12 <= across - 5);
  if (size) {
    const font = api.font({ fontSize: size });
    children.push({ type: "text", style: { text, x, y, fill: ink, font, align: "center", verticalAlign: "middle" } });
  }
  return { type: "group", children };
};

function outlined({ x, y, width, height }, { shade, ground, outline }) {
  const frame = { x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, r: 2 };
  const strip = { x: x + 1, y: y + height - 4, width: width - 2, height: 3 };
  return [
    { type: "rect", shape: frame, style: { fill: ground, stroke: outline, lineWidth: 1 } },
    { type: "rect", shape: strip, style: { fill: shade } },
  ];
}

/** What the shades of cells mean: the least value, the shades, the greatest, and how what is expected looks. */
const shades = ({ colors, low, high, expected, color, ground, outline, size }) => (_params, api) => {
  const [height, step] = [14, 20];
  const font = api.font({ fontSize: size });
  const children = [];
  const write = (text, x) => {
    children.push({ type: "text", style: { text, x, y: height / 2, fill: color, font, verticalAlign: "middle" } });
  };
  let x = 0;
  if (low) {
    write(low.text, x);
    x += low.width + 7;
    for (const fill of colors) {
      children.push({ type: "rect", shape: { x, y: 0, width: step - 1, height, r: 1 }, style: { fill } });
      x += step;
    }
    write(high.text, x + 6);
    x += high.width + 26;
  }
  if (expected) {
    const box = { x, y: 0, width: step + 4, height };
    children.push(...outlined(box, { shade: colors[Math.floor(colors.length / 2)], ground, outline }));
    write(expected, x + step + 11);
  }
  return { type: "group", children };
};

/** A band along numbers: what lies between its lower and its upper edge. */
const ribbon = ({ runs, color, opacity }) => ({ dataIndex }, api) => {
  const run = runs[dataIndex];
  const below = run.map(([x, low]) => api.coord([x, low]));
  const above = run.map(([x, , high]) => api.coord([x, high]));
  return { type: "polygon", shape: { points: [...below, ...above.reverse()] }, style: { fill: color, opacity } };
};

/** Places on a curve: a line each, its name above the plot, a dot with its value, an arrow from first to second. */
const spots = ({ places, color, ground, size }) => ({ coordSys }, api) => {
  const { x: left, y: top, width, height } = coordSys;
  const bottom = top + height;
  const font = api.font({ fontSize: size, fontWeight: "bold" });
  const halo = { stroke: ground, lineWidth: 3 };
  const at = places.map((place) => api.coord([place.x, place.y ?? 0]));
  const names = placeNames(places, at, api.getWidth(), top - 11);
  const children = places.map((place, n) => {
    const shape = { x1: at[n][0], y1: names[n].y + 8, x2: at[n][0], y2: bottom };
    const style = { stroke: place.color, lineWidth: 1.25, lineDash: place.dashes };
    return { type: "line", shape, style };
  });
  places.forEach((place, n) => {
    const { x, y } = names[n];
    children.push({ type: "text", style: { text: place.name, x, y, fill: place.color, font, verticalAlign: "middle", ...halo } });
  });
  if (places.length > 1) children.push(...arrow(at[0][0], at[1][0], top + 9, color));
  const rightmost = Math.max(...at.map(([x]) => x));
  places.forEach((place, n) => {
    if (!Number.isFinite(place.y)) return;
    const [x, y] = at[n];
    const hollow = place.hollow ? { fill: ground, stroke: color, lineWidth: 2.5 } : { fill: color, stroke: ground, lineWidth: 2 };
    children.push({ type: "circle", shape: { cx: x, cy: y, r: 6 }, style: hollow });
    // A curve that flattens leaves room above it on the left and below it on the right.
    const aside =
      x === rightmost
        ? { x: Math.min(x + 10, left + width - place.width), y: y + 17 }
        : { x: Math.max(x - 10 - place.width, left + 3), y: y - 15 };
    const style = { text: place.text, ...aside, fill: color, font, verticalAlign: "middle", ...halo };
    children.push({ type: "text", style });
  });
  return { type: "group", children };
};

/** Names above a plot: over their places, or to the sides where they would touch; within the picture in any case. */
function placeNames(places, at, width, lowest) {
  const inside = (x, place) => Math.min(Math.max(x, 0), width - place.name_width);
  const touch = (one, other) => one.x < other.end + 12 && other.x < one.end + 12;
  const put = (shift) =>
    places.map((place, n) => {
      const x = inside(at[n][0] - place.name_width * shift(n), place);
      return { x, end: x + place.name_width, y: lowest };
    });
  const centred = put(() => 0.5);
  if (places.length < 2 || !touch(...centred)) return centred;
  const left = at[0][0] < at[1][0] ? 0 : 1;
  const aside = put((n) => (n === left ? 0.92 : 0.08));
  if (touch(...aside)) aside[1].y -= 18;
  return aside;
}

/** An arrow to the side, where there is room for one. */
function arrow(from, to, y, color) {
  const side = Math.sign(to - from);
  if (Math.abs(to - from) < 18) return [];
  const tip = to - side * 3;
  const line = { x1: from + side * 3, y1: y, x2: tip - side * 6, y2: y };
  const points = [[tip, y], [tip - side * 8, y - 5], [tip - side * 8, y + 5]];
  return [
    { type: "line", shape: line, style: { stroke: color, lineWidth: 2 } },
    { type: "polygon", shape: { points }, style: { fill: color } },
  ];
}

export const formatters = { named, shown, ticks, tooltip };
export const shapes = { band, cell, level, movement, passage, ribbon, rule, shades, spots, step, upright };
