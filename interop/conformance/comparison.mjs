/** What a check can come to, the better first. */
const ORDER = ['SUCCESS', 'SKIPPED', 'WARNING', 'FAILURE'];

/** The verdicts of one scenario: for each check its worst outcome and how often it was judged. */
export function verdicts(checks = []) {
  const found = new Map();
  for (const { id, name, status } of checks) {
    // INFO is a note of the suite about what it saw, not a verdict.
    if (status !== 'INFO') {
      const check = `${id} (${name})`;
      const { worst, count } = found.get(check) ?? { worst: 'SUCCESS', count: 0 };
      found.set(check, { worst: rank(status) > rank(worst) ? status : worst, count: count + 1 });
    }
  }
  return found;
}

/** What a scenario came to in a few words; nothing was run where there is no verdict. */
export function summary(checks) {
  const all = [...verdicts(checks).values()];
  if (all.length === 0) {
    return 'not run';
  }
  const others = ORDER.slice(1).map(status => [all.filter(({ worst }) => worst === status).length, status])
    .filter(([number]) => number > 0).map(([number, status]) => `${number} ${status.toLowerCase()}`);
  const passed = all.length - all.filter(({ worst }) => worst !== 'SUCCESS').length;
  return [`${passed} of ${all.length} passed`, ...others].join(', ');
}

/** Whether every check of a scenario passed, and there was one. */
export function passed(checks) {
  const all = [...verdicts(checks).values()];
  return all.length > 0 && all.every(({ worst }) => worst === 'SUCCESS');
}

/** What the way through the guard cost a scenario, a line for each check that is worse, missing or new and bad. */
export function lost(direct, guarded) {
  const there = verdicts(direct);
  const here = verdicts(guarded);
  if (there.size === 0 || here.size === 0) {
    return [`not run ${there.size === 0 ? 'directly' : 'through the guard'}`];
  }
  const losses = [];
  for (const check of new Set([...there.keys(), ...here.keys()])) {
    const before = there.get(check) ?? { worst: 'SUCCESS', count: 0 };
    const after = here.get(check);
    if (!after) {
      losses.push(`${check}: ${before.worst} directly, not run through the guard`);
    } else if (rank(after.worst) > rank(before.worst)) {
      losses.push(`${check}: ${before.worst} directly, ${after.worst} through the guard`);
    } else if (after.count < before.count) {
      losses.push(`${check}: judged ${before.count} times directly, ${after.count} through the guard`);
    }
  }
  return losses;
}

function rank(status) {
  const at = ORDER.indexOf(status);
  return at < 0 ? ORDER.length : at;
}
