import { randomUUID } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema, CompleteRequestSchema, CreateMessageResultSchema, ElicitResultSchema,
  ErrorCode, GetPromptRequestSchema,
  ListPromptsRequestSchema, ListResourceTemplatesRequestSchema, ListResourcesRequestSchema,
  ListToolsRequestSchema, McpError, ReadResourceRequestSchema, SubscribeRequestSchema,
  UnsubscribeRequestSchema, isInitializeRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { Replay } from './replay.mjs';
import {
  NO_ARGUMENTS, answer, completion, constantTools, fromTemplate, inSteps, prompts, resources,
  richSchema, template,
} from './surface.mjs';

const RETRY_MS = 100;

/** The reference server of 2025-11-25, with sessions, on the TypeScript SDK 1.x: a `(req, res)` handler. */
export function server2025() {
  const sessions = new Map();

  async function opened() {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: new Replay(),
      retryInterval: RETRY_MS,
      onsessioninitialized: id => sessions.set(id, transport),
      onsessionclosed: id => sessions.delete(id),
    });
    await build().connect(transport);
    return transport;
  }

  return async (req, res) => {
    const id = req.headers['mcp-session-id'];
    const body = req.method === 'POST' ? await json(req) : undefined;
    const known = sessions.get(id);
    if (id && !known) {
      refuse(res, 404, 'Session not found');
    } else if (known) {
      await known.handleRequest(req, res, body);
    } else if (isInitializeRequest(body)) {
      await (await opened()).handleRequest(req, res, body);
    } else {
      refuse(res, 400, 'A session is needed');
    }
  };
}

async function json(req) {
  const chunks = await req.toArray();
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}

function refuse(res, status, message) {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }));
}

function build() {
  const server = new Server({ name: 'reference-2025-11-25', version: '1.0.0' }, {
    capabilities: {
      tools: {}, prompts: {}, resources: { subscribe: true }, completions: {}, logging: {},
    },
  });
  addTools(server);
  addPrompts(server);
  addResources(server);
  server.setRequestHandler(CompleteRequestSchema, ({ params }) => completion(params));
  return server;
}

function addTools(server) {
  const tools = { ...constants(), ...talking() };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(tools).map(([name, { schema = NO_ARGUMENTS }]) =>
      ({ name, description: `For the scenario of ${name}`, inputSchema: schema })),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    found(tools, params.name).call(params.arguments ?? {}, extra, params._meta));
}

function constants() {
  const tools = Object.entries(constantTools)
    .map(([name, result]) => [name, { call: () => result }]);
  return {
    ...Object.fromEntries(tools),
    json_schema_2020_12_tool: { schema: richSchema, call: () => answer('Accepted.') },
  };
}

/** Tools that talk to the client before they answer. */
function talking() {
  const asks = (requestedSchema, message = 'Please fill in') => async (_, { sendRequest }) => {
    const request = { method: 'elicitation/create', params: { message, requestedSchema } };
    const { action, content } = await sendRequest(request, ElicitResultSchema);
    return answer(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
  };
  return {
    test_tool_with_logging: {
      call: async (_, { sendNotification }) => {
        const steps = ['Tool execution started', 'Tool processing data', 'Tool execution completed'];
        await inSteps(steps, data => sendNotification(
          { method: 'notifications/message', params: { level: 'info', data } }));
        return answer('Logged.');
      },
    },
    test_tool_with_progress: {
      call: async (_, { sendNotification }, meta) => {
        const progressToken = meta?.progressToken;
        await inSteps([0, 50, 100], progress => progressToken === undefined || sendNotification(
          { method: 'notifications/progress', params: { progressToken, progress, total: 100 } }));
        return answer('Done.');
      },
    },
    test_sampling: {
      schema: withString('prompt'),
      call: async ({ prompt }, { sendRequest }) => {
        const messages = [{ role: 'user', content: { type: 'text', text: prompt } }];
        const request = { method: 'sampling/createMessage', params: { messages, maxTokens: 100 } };
        const { content } = await sendRequest(request, CreateMessageResultSchema);
        return answer(`LLM response: ${content.text}`);
      },
    },
    test_elicitation: {
      schema: withString('message'),
      call: ({ message }, extra) => asks(PERSON, message)(null, extra),
    },
    test_elicitation_sep1034_defaults: { call: asks(DEFAULTS) },
    test_elicitation_sep1330_enums: { call: asks(ENUMS) },
    test_reconnection: {
      // The answer is there only for whoever comes back with Last-Event-ID.
      call: async (_, { closeSSEStream }) => {
        await inSteps([closeSSEStream, () => {}], step => step());
        return answer('Resumed.');
      },
    },
  };
}

function addPrompts(server) {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: Object.entries(prompts).map(([name, { takes }]) => ({
      name,
      description: `For the scenario of ${name}`,
      arguments: takes.map(one => ({ name: one, description: one, required: true })),
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
    found(prompts, params.name).give(params.arguments ?? {}));
}

function addResources(server) {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: Object.entries(resources).map(([uri, { mimeType }]) =>
      ({ uri, name: uri, description: `For the scenario of ${uri}`, mimeType })),
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: template, name: 'template', mimeType: 'application/json' }],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => {
    const id = uri.match(/^test:\/\/template\/([^/]+)\/data$/)?.[1];
    return { contents: [id ? fromTemplate(id) : { uri, ...found(resources, uri) }] };
  });
  server.setRequestHandler(SubscribeRequestSchema, () => ({}));
  server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
}

function found(things, name) {
  if (!Object.hasOwn(things, name)) {
    throw new McpError(ErrorCode.InvalidParams, `Unknown: ${name}`);
  }
  return things[name];
}

const withString = name =>
  ({ type: 'object', properties: { [name]: { type: 'string' } }, required: [name] });

const PERSON = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  required: ['username', 'email'],
};

const DEFAULTS = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
  required: [],
};

const OPTIONS = ['option1', 'option2', 'option3'];
const TITLED = ['First', 'Second', 'Third'].map((word, index) =>
  ({ const: `value${index + 1}`, title: `${word} option` }));

const ENUMS = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: OPTIONS },
    titledSingle: { type: 'string', oneOf: TITLED },
    legacyEnum: { type: 'string', enum: OPTIONS, enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
    titledMulti: { type: 'array', items: { anyOf: TITLED } },
  },
  required: [],
};
