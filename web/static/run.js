// The live chart of a run: the best plan so far and the proven bound, in points over seconds.
"use strict";

(() => {
  const place = document.getElementById("chart");
  if (!place || typeof uPlot === "undefined") return;

  const token = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  const trail = () => {
    const rows = JSON.parse(document.getElementById("trail")?.dataset.trail ?? "[]");
    return [0, 1, 2].map((column) => rows.map((row) => row[column]));
  };
  const figures = new Intl.NumberFormat(document.documentElement.lang);
  const labels = place.dataset;
  const points = { show: (chart) => chart.data[0].length < 25, size: 6 };
  const axis = () => ({
    stroke: token("--soft"),
    grid: { stroke: token("--line"), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  });
  // Shows the best plan and the bound where they are close; a bound far below lies outside.
  const close = (chart, lowest, highest) => {
    const best = chart.data[1].filter((value) => value !== null);
    if (!best.length) return [lowest ?? 0, highest ?? 1];
    const last = best.at(-1);
    const bounds = chart.data[2].filter((value) => value !== null && value >= last / 2);
    const low = Math.min(last, ...bounds);
    const high = Math.max(...best);
    const room = Math.max(1, (high - low) / 8);
    return [Math.max(0, low - room), high + room];
  };
  const options = () => ({
    width: place.clientWidth,
    height: 260,
    cursor: { y: false },
    legend: { live: false },
    scales: { x: { time: false }, y: { range: close } },
    series: [
      { label: labels.seconds, value: (_, value) => (value === null ? "–" : `${value} s`) },
      {
        label: labels.best, stroke: token("--accent"), width: 2.5, points,
        spanGaps: true, value: (_, value) => (value === null ? "–" : figures.format(value)),
      },
      {
        label: labels.bound, stroke: token("--soft"), width: 1.5, dash: [6, 4], points,
        spanGaps: true, value: (_, value) => (value === null ? "–" : figures.format(value)),
      },
    ],
    axes: [
      { ...axis(), values: (_, values) => values.map((value) => `${value} s`) },
      {
        ...axis(),
        size: (_, values) => 24 + 7 * Math.max(0, ...(values ?? []).map((text) => text.length)),
        values: (_, values) => values.map((value) => figures.format(value)),
      },
    ],
  });

  let chart = null;
  const draw = () => {
    chart?.destroy();
    chart = new uPlot(options(), trail(), place);
  };
  draw();
  document.addEventListener("htmx:afterSwap", () => chart.setData(trail()));
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 260 })).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
