const WIDTH = 900;
const LEFT = 320;
const RIGHT = 60;
const ROW = 20;
const TOP = 50;

/**
 * An SVG of horizontal bars up to the median, with a line from quartile to quartile, and one
 * upright at 1.
 *
 * @param scale the largest value of a linear scale, or "log"
 */
export function bars(title, scale, rows) {
  const largest = Math.max(...rows.map(row => row.value[2]), 2);
  const smallest = Math.min(...rows.map(row => row.value[0]), 0.5);
  const part = scale === 'log'
    ? value => Math.log(value / smallest) / Math.log(largest / smallest)
    : value => Math.min(1, value / Math.max(scale, ...rows.map(row => row.value[2])));
  const x = value => LEFT + part(value) * (WIDTH - LEFT - RIGHT);
  const height = TOP + rows.length * ROW + 10;
  const drawn = rows.map((row, number) => bar(row, TOP + number * ROW, x));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" `
    + `font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>`
    + `<text x="10" y="20" font-size="14">${escaped(title)}</text>${drawn.join('\n')}`
    + `<line x1="${x(1).toFixed(1)}" x2="${x(1).toFixed(1)}" y1="${TOP - 8}" y2="${height - 8}" `
    + `stroke="#555" stroke-dasharray="3"/><text x="${x(1).toFixed(1)}" y="${TOP - 12}" `
    + `text-anchor="middle">1</text></svg>\n`;
}

function bar({ name, value: [low, middle, high], ours }, y, x) {
  const from = LEFT;
  const width = Math.max(1, x(middle) - from);
  return `<text x="${LEFT - 6}" y="${y + 12}" text-anchor="end">${escaped(name)}</text>`
    + `<rect x="${from}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 6}" `
    + `fill="${ours ? '#2a6' : '#9ab'}"/><line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" `
    + `y1="${y + ROW / 2 - 1}" y2="${y + ROW / 2 - 1}" stroke="#c60" stroke-width="2"/>`
    + `<text x="${(Math.max(x(high), x(middle)) + 4).toFixed(1)}" y="${y + 12}">${
      middle.toFixed(2)}</text>`;
}

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
