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

export const formatters = { named, shown, ticks, tooltip };
export const shapes = { band, upright, level };
