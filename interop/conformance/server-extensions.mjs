import { RpcError, capabilities, needsExtension, rpcHandler } from './rpc.mjs';
import { SKILLS, SKILLS_ROOT, skillMethods } from './skills.mjs';
import { TASKS, Tasks } from './tasks.mjs';
import { NO_ARGUMENTS, answer } from './surface.mjs';

const REVISION = '2026-07-28';

const ask = (message, name, type = 'string') => ({
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message,
    requestedSchema: { type: 'object', properties: { [name]: { type } }, required: [name] },
  },
});

/** What the guard's policy has to name: nothing of an extension is open by itself. */
export const policy = {
  base: ['mcp'],
  tools: { '*': 'base' },
  resources: { [`${SKILLS_ROOT}/*`]: 'base' },
  methods: Object.fromEntries(['tasks/get', 'tasks/update', 'tasks/cancel', 'skills/list', 'skills/get',
    'resources/directory/read'].map(method => [method, 'base'])),
};

/** The reference server of the extensions for tasks (SEP-2663) and skills (SEP-2640): a `(req, res)` handler. */
export function serverExtensions() {
  const tasks = new Tasks();
  const tools = toolsWith(tasks);
  const ofTask = action => params => {
    needsExtension(params, TASKS);
    return action(params);
  };
  return rpcHandler(REVISION, {
    'server/discover': () => ({
      resultType: 'complete',
      supportedVersions: [REVISION],
      capabilities: {
        tools: {}, resources: {}, extensions: { [TASKS]: {}, [SKILLS]: { directoryRead: true } },
      },
      serverInfo: { name: 'reference-extensions', version: '1.0.0' },
      ttlMs: 0,
      cacheScope: 'private',
    }),
    'tools/list': () => ({
      resultType: 'complete',
      tools: Object.keys(tools).map(name =>
        ({ name, description: `For the scenarios with ${name}`, inputSchema: NO_ARGUMENTS })),
      ttlMs: 0,
      cacheScope: 'private',
    }),
    'tools/call': params => (Object.hasOwn(tools, params.name) ? tools[params.name] : noTool)(params),
    'tasks/get': ofTask(params => tasks.get(params)),
    'tasks/update': ofTask(params => tasks.update(params)),
    'tasks/cancel': ofTask(params => tasks.cancel(params)),
    ...skillMethods,
  });
}

function toolsWith(tasks) {
  const complete = result => ({ resultType: 'complete', ...result });
  const always = task => params => {
    needsExtension(params, TASKS);
    return tasks.create(task);
  };
  return {
    greet: ({ arguments: { name } }) => complete(answer(`Hello, ${name}!`)),
    slow_compute: params => {
      const { seconds = 0, label = '' } = params.arguments ?? {};
      const result = answer(`Computed ${label}`);
      // Without the extension it is an ordinary tool.
      return capabilities(params).extensions?.[TASKS]
        ? tasks.create({ seconds, finish: () => result })
        : complete(result);
    },
    failing_job: always({ seconds: 1, finish: () => ({ ...answer('It did not work.'), isError: true }) }),
    protocol_error_job: always({
      finish: () => {
        throw new RpcError(-32603, 'It broke');
      },
    }),
    confirm_delete: always({
      ask: { confirm: ask('Delete it?', 'confirm', 'boolean') },
      finish: () => answer('Deleted.'),
    }),
    multi_input: always({
      ask: { first: ask('A name?', 'name'), second: ask('Another one?', 'name') },
      finish: () => answer('Both are known.'),
    }),
    test_tool_with_task: params => {
      needsExtension(params, TASKS);
      const name = params.inputResponses?.user_name?.content?.name;
      return name
        ? tasks.create({ finish: () => answer(`Hello, ${name}!`) })
        : {
            resultType: 'input_required',
            inputRequests: { user_name: ask('What is your name?', 'name') },
          };
    },
  };
}

function noTool({ name }) {
  throw new RpcError(-32602, `No tool ${name}`);
}
