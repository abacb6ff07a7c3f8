const WIDTH = 900;
const PANEL = 150;
const LEFT = 60;
const COLOURS = { p50: '#2a6', p99: '#c60', heap: '#36c' };

/** An SVG with a panel of latency and one of heap for each server. */
export function plot(runs, attack, seconds) {
  const x = at => LEFT + at / seconds * (WIDTH - LEFT - 10);
  const parts = [];
  runs.forEach((run, number) => {
    const top = 30 + number * 2 * (PANEL + 50);
    const times = bins(run.samples, seconds);
    parts.push(panel(top, `${run.name}: latency of callers with a token (ms, logarithmic)`,
      [1, 10, 100, 1000].map(value => [value, y(top, Math.log10(value), 0, 3.5)]), x, attack));
    for (const which of ['p50', 'p99']) {
      parts.push(line(times.map(bin => [x(bin.at),
        y(top, Math.log10(Math.max(1, bin[which])), 0, 3.5)]), COLOURS[which], which));
    }
    const below = top + PANEL + 50;
    parts.push(panel(below, `${run.name}: heap in use (MB of 256)`,
      [0, 64, 128, 192, 256].map(value => [value, y(below, value, 0, 256)]), x, attack));
    parts.push(line(run.heap.map(({ at, mb }) => [x(at), y(below, mb, 0, 256)]), COLOURS.heap,
      'heap'));
  });
  const height = 30 + runs.length * 2 * (PANEL + 50);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" `
    + `font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${
      parts.join('\n')}</svg>\n`;
}

function bins(samples, seconds) {
  const width = Math.max(2, seconds / 200);
  const all = new Map();
  for (const { at, took } of samples) {
    const bin = Math.floor(at / width);
    all.set(bin, [...all.get(bin) ?? [], took]);
  }
  return [...all].sort((a, b) => a[0] - b[0]).map(([bin, times]) => {
    times.sort((a, b) => a - b);
    return { at: (bin + 0.5) * width, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  });
}

export function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

const y = (top, value, low, high) =>
  top + PANEL - Math.min(1, Math.max(0, (value - low) / (high - low))) * PANEL;

function panel(top, title, marks, x, attack) {
  const lines = marks.map(([value, at]) => `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${at}" `
    + `y2="${at}" stroke="#ddd"/><text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${
      value}</text>`);
  return `<rect x="${x(attack.from)}" y="${top}" width="${x(attack.to) - x(attack.from)}" `
    + `height="${PANEL}" fill="#fdecea"/>${lines.join('')}<text x="${LEFT}" y="${top - 8}">${
      title}; shaded: with strangers</text>`;
}

function line(points, colour, name) {
  if (points.length === 0) {
    return '';
  }
  const [endX, endY] = points.at(-1);
  return `<polyline fill="none" stroke="${colour}" points="${
    points.map(point => point.map(value => value.toFixed(1)).join(',')).join(' ')}"/>`
    + `<text x="${endX - 4}" y="${endY - 5}" fill="${colour}" text-anchor="end">${name}</text>`;
}
