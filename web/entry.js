// The one script behind every chart: it draws static SVG inside the program (QuickJS has no document)
// and makes the same charts interactive in the page. Options arrive as plain JSON; whatever has to be
// a function is named in the JSON and looked up here, so that no text from a report is ever evaluated.
import { init, use, setPlatformAPI } from "echarts/core";
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomInsideComponent,
  DataZoomSliderComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { formatters, shapes } from "./named.js";
import { enliven } from "./page.js";

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  DataZoomInsideComponent,
  DataZoomSliderComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  LabelLayout,
  SVGRenderer,
]);

/** Replaces every `{"$format": name}` and `{"$shape": name}` by the function of that name. */
function revive(node) {
  if (Array.isArray(node)) return node.map(revive);
  if (node === null || typeof node !== "object") return node;
  if (typeof node.$format === "string") return formatters[node.$format](node);
  if (typeof node.$shape === "string") return shapes[node.$shape](node);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, revive(value)]));
}

// The program draws at once and has no clock: what the library would do later is not wanted.
if (typeof setTimeout === "undefined") {
  globalThis.setTimeout = () => 0;
  globalThis.clearTimeout = () => {};
}

/** Draws one chart as SVG text. `measure(text, font)` answers the width of a line of text in pixels. */
export function draw(optionText, width, height, measure) {
  setPlatformAPI({ measureText: (text, font) => ({ width: measure(String(text), String(font)) }) });
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption(revive(JSON.parse(optionText)));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

if (typeof document !== "undefined") {
  document.addEventListener("DOMContentLoaded", () => enliven(document, init, revive));
}
