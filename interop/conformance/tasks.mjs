import { randomUUID } from 'node:crypto';
import { RpcError } from './rpc.mjs';

export const TASKS = 'io.modelcontextprotocol/tasks';

const TERMINAL = new Set(['completed', 'failed', 'cancelled']);
const TTL_MS = 60_000;
const POLL_MS = 100;

/** The tasks of one server (SEP-2663): work that outlives the request that began it. */
export class Tasks {
  #all = new Map();

  /**
   * Begins a task.
   *
   * @param ask the questions that it waits for, by the key of the answer; none for a task that just takes its time
   * @param seconds how long it takes from then on
   * @param finish gives the result, from the answers by the same keys; an RpcError of it fails the task
   */
  create({ ask = {}, seconds = 0, finish }) {
    const now = new Date().toISOString();
    const task = {
      about: {
        taskId: randomUUID(), status: 'working', createdAt: now, lastUpdatedAt: now,
        ttlMs: TTL_MS, pollIntervalMs: POLL_MS,
      },
      open: ask, answers: {}, seconds, finish,
    };
    this.#all.set(task.about.taskId, task);
    setTimeout(() => this.#all.delete(task.about.taskId), TTL_MS).unref();
    this.#goOn(task);
    return { resultType: 'task', ...task.about };
  }

  get({ taskId }) {
    const { about, open, result, error } = this.#find(taskId);
    return {
      resultType: 'complete',
      ...about,
      ...about.status === 'input_required' && { inputRequests: open },
      ...result && { result },
      ...error && { error },
    };
  }

  update({ taskId, inputResponses = {} }) {
    const task = this.#find(taskId);
    const answered = Object.keys(inputResponses).filter(key => Object.hasOwn(task.open, key));
    if (task.about.status === 'input_required' && answered.length > 0) {
      for (const key of answered) {
        task.answers[key] = inputResponses[key];
      }
      task.open = Object.fromEntries(Object.entries(task.open).filter(([key]) => !answered.includes(key)));
      this.#goOn(task);
    }
    return { resultType: 'complete' };
  }

  cancel({ taskId }) {
    const task = this.#find(taskId);
    if (!TERMINAL.has(task.about.status)) {
      clearTimeout(task.timer);
      this.#turn(task, 'cancelled');
    }
    return { resultType: 'complete' };
  }

  #find(taskId) {
    const task = this.#all.get(taskId);
    if (!task) {
      throw new RpcError(-32602, 'No such task');
    }
    return task;
  }

  #goOn(task) {
    if (Object.keys(task.open).length > 0) {
      this.#turn(task, 'input_required');
      return;
    }
    this.#turn(task, 'working');
    task.timer = setTimeout(() => this.#finish(task), task.seconds * 1000).unref();
  }

  #finish(task) {
    try {
      task.result = task.finish(task.answers);
      this.#turn(task, 'completed');
    } catch ({ code, message }) {
      task.error = { code, message };
      this.#turn(task, 'failed');
    }
  }

  #turn(task, status) {
    Object.assign(task.about, { status, lastUpdatedAt: new Date().toISOString() });
  }
}
