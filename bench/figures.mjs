/** Lower quartile, median and upper quartile. */
export function quartiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.25, 0.5, 0.75].map(part => {
    const place = (sorted.length - 1) * part;
    const below = sorted[Math.floor(place)];
    return below + (sorted[Math.ceil(place)] - below) * (place % 1);
  });
}

/** The rounds that count; all where none does, which the page says. */
export function counted(rounds) {
  const trusted = rounds.filter(round => round.trusted);
  return trusted.length > 0 ? trusted : rounds;
}

/** Of each round that counts, a figure of what was seen in it. */
export const ofRounds = (rounds, figure) =>
  quartiles(counted(rounds).map(round => figure(round.seen)));

/** A contender of a comparison of the core, or a measure of its own. */
export const contender = (lines, comparison, name) =>
  lines.find(line => line.comparison?.startsWith(comparison) && line.contender === name);
export const measure = (lines, name) => lines.find(line => line.measure === name)?.value;

export const inverse = ([low, middle, high]) => [1 / high, 1 / middle, 1 / low];
