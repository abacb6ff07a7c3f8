import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lost, passed, summary } from './comparison.mjs';

const check = (id, status = 'SUCCESS') => ({ id, name: id.toUpperCase(), status });
const all = [check('a'), check('b'), check('b')];

test('the same checks: nothing lost', () => {
  assert.deepEqual(lost(all, all), []);
});

test('a check that fails behind the guard: lost', () => {
  assert.deepEqual(lost(all, [check('a'), check('b'), check('b', 'FAILURE')]),
    ['b (B): SUCCESS directly, FAILURE through the guard']);
});

test('a warning or a skip behind the guard: lost', () => {
  assert.equal(lost([check('a')], [check('a', 'WARNING')]).length, 1);
  assert.equal(lost([check('a')], [check('a', 'SKIPPED')]).length, 1);
});

test('a status that nobody knows: lost', () => {
  assert.equal(lost([check('a')], [check('a', 'PERHAPS')]).length, 1);
});

test('a check that is missing behind the guard, or only noted there: lost', () => {
  assert.equal(lost(all, [check('a')]).length, 1);
  assert.equal(lost([check('a')], [check('a', 'INFO'), check('c')]).length, 1);
});

test('a check that is judged less often behind the guard: lost', () => {
  assert.deepEqual(lost(all, [check('a'), check('b')]),
    ['b (B): judged 2 times directly, 1 through the guard']);
});

test('a failure that only the guard has: lost', () => {
  assert.equal(lost(all, [...all, check('c', 'FAILURE')]).length, 1);
});

test('a scenario that did not run on one side, or on none: lost', () => {
  assert.deepEqual(lost(all, undefined), ['not run through the guard']);
  assert.deepEqual(lost(undefined, all), ['not run directly']);
  assert.equal(lost(undefined, undefined).length, 1);
  assert.equal(lost([check('a', 'INFO')], all).length, 1);
});

test('a check that fails on both sides: not lost, and not passed', () => {
  const failing = [check('a'), check('b', 'FAILURE')];
  assert.deepEqual(lost(failing, failing), []);
  assert.equal(passed(failing), false);
  assert.equal(summary(failing), '1 of 2 passed, 1 failure');
});

test('a scenario without a verdict: not passed, not run', () => {
  assert.equal(passed([]), false);
  assert.equal(passed(undefined), false);
  assert.equal(summary(undefined), 'not run');
  assert.equal(summary([check('a', 'INFO')]), 'not run');
});

test('a scenario that passed', () => {
  assert.equal(passed(all), true);
  assert.equal(summary(all), '2 of 2 passed');
});
