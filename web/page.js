// Makes the charts of a page interactive. Each chart stands in the page as finished SVG; a reader
// without scripts, and every printer, sees that one.

export function enliven(document, init, revive) {
  const block = document.getElementById("charts");
  if (!block) return;
  const { charts, dark } = JSON.parse(block.textContent);
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  const show = (holder) => {
    const { option, live } = charts[holder.dataset.chart];
    const narrow = holder.clientWidth < 480;
    const full = withLive(option, live);
    const painted = prefersDark.matches ? repaint(full, dark) : full;
    const old = drawn.get(holder);
    if (old) old.dispose();
    const chart = init(holder, null, { renderer: "svg" });
    chart.setOption(revive(painted));
    if (narrow) chart.setOption(revive(forNarrow(painted, holder.clientWidth)));
    drawn.set(holder, chart);
  };

  for (const holder of document.querySelectorAll("[data-chart]")) {
    holder.hidden = false;
    holder.style.height = `${holder.dataset.height}px`;
    show(holder);
    let width = holder.clientWidth;
    new ResizeObserver(() => {
      if (holder.clientWidth === 0 || holder.clientWidth === width) return;
      width = holder.clientWidth;
      show(holder);
    }).observe(holder);
  }
  prefersDark.addEventListener("change", () => drawn.forEach((_chart, holder) => show(holder)));
  document.documentElement.classList.add("live");
}

/** Adds what only a live chart has, and the room it needs below the plot. */
function withLive(option, { room = 0, ...live }) {
  const grid = { ...option.grid, bottom: (option.grid.bottom ?? 0) + room };
  return { ...option, ...live, grid };
}

/** Swaps each colour of the light palette for its dark counterpart. */
function repaint(node, dark) {
  if (typeof node === "string") return dark[node.toLowerCase()] ?? node;
  if (Array.isArray(node)) return node.map((item) => repaint(item, dark));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, repaint(value, dark)]));
}

/** On a telephone names of rows are wrapped sooner, and values that have no room are left to the tooltip. */
function forNarrow(option, width) {
  const change = {};
  const [rows, readings] = [option.yAxis].flat();
  if (rows.type === "category") {
    const axisLabel = { width: rows.axisLabel.narrow ?? 84, overflow: "break", fontSize: 11, lineHeight: 14 };
    if (rows.axisLabel.narrowFormatter) axisLabel.formatter = rows.axisLabel.narrowFormatter;
    change.yAxis = readings ? [{ axisLabel }, {}] : { axisLabel };
  }
  if (option.legend && legendWidth(option.legend) > width) {
    change.grid = { ...option.grid, top: option.grid.top + 24 };
  }
  if (option.series.some((series) => series.stack && series.type === "bar")) {
    change.series = option.series.map(({ data }) => ({ data: data.map(withLabel(() => false)) }));
  }
  const marked = option.series.findIndex((series) => series.markLine);
  if (marked >= 0) {
    const top = change.grid?.top ?? option.grid.top;
    const lines = option.series[marked].markLine.data;
    const room = Math.max(...lines.map(([, end]) => end.narrow)) - (option.grid.top - Math.min(...lines.map(([, end]) => end.y)));
    change.grid = { ...option.grid, top: top + Math.max(room, 0) };
    const raised = lines.map(([start, end]) => [start, { ...end, y: change.grid.top - end.narrow }]);
    change.series = option.series.map((_series, at) => (at === marked ? { markLine: { data: raised } } : {}));
  }
  if (option.series.some(isRowOfLabels)) {
    change.grid = { ...option.grid, ...change.grid, right: 16 };
    change.series = option.series.map((series, at) => ({
      ...change.series?.[at],
      ...(isRowOfLabels(series) ? { data: series.data.map(withLabel((at) => at === lastKnown(series))) } : {}),
    }));
  }
  return change;
}

const withLabel = (isShown) => (point, at) => ({ ...point, label: { show: isShown(at) } });
const isRowOfLabels = (series) => series.labelLayout?.hideOverlap === true;
const lastKnown = ({ data }) => data.findLastIndex((point) => point.value[1] !== null);

/** About how wide a legend is in one line; hanzi are twice as wide as letters. */
function legendWidth({ data, itemWidth, itemGap }) {
  const letters = (name) => [...name].reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e7f ? 12 : 6.5), 0);
  return data.reduce((sum, entry) => sum + letters(entry.name ?? entry) + itemWidth + itemGap + 5, 0);
}
