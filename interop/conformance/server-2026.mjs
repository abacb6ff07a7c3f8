import { randomBytes } from 'node:crypto';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  CLIENT_CAPABILITIES_META_KEY, InMemoryServerEventBus, McpServer, ResourceTemplate, acceptedContent,
  createMcpHandler, createRequestStateCodec, fromJsonSchema, inputRequired, inputResponse,
} from '@modelcontextprotocol/server';
import {
  NO_ARGUMENTS, answer, completion, constantTools, fromTemplate, inSteps, prompts, resources,
  richSchema, template,
} from './surface.mjs';

const states = createRequestStateCodec({ key: randomBytes(32) });

/** The reference server of 2026-07-28, without sessions, on the TypeScript SDK 2.x: a `(req, res)` handler. */
export function server2026() {
  const bus = new InMemoryServerEventBus();
  const handler = responseMode => createMcpHandler(() => build(() => auto.notify), {
    legacy: 'reject', bus, responseMode,
  });
  const auto = handler('auto');
  const answers = toNodeHandler(auto);
  const streams = toNodeHandler(handler('sse'));
  // Who names the stream first gets one even for a single answer: streams are what can go wrong on the way.
  return (req, res) =>
    (req.headers.accept?.startsWith('text/event-stream') ? streams : answers)(req, res);
}

function build(notify) {
  const server = new McpServer({ name: 'reference-2026-07-28', version: '1.0.0' }, {
    capabilities: {
      tools: { listChanged: true }, prompts: { listChanged: true }, resources: {},
      completions: {}, logging: {},
    },
    requestState: { verify: states.verify },
  });
  for (const [name, result] of Object.entries(constantTools)) {
    tool(server, name, () => result);
  }
  tool(server, 'json_schema_2020_12_tool', () => answer('Accepted.'), richSchema);
  tool(server, 'test_param_header', ({ region }) => answer(region), REGION);
  addTalking(server, notify);
  addRounds(server);
  addPrompts(server);
  addResources(server);
  server.server.setRequestHandler('completion/complete', ({ params }) => completion(params));
  return server;
}

function tool(server, name, call, schema = NO_ARGUMENTS) {
  const about = { description: `For the scenario of ${name}`, inputSchema: fromJsonSchema(schema) };
  server.registerTool(name, about, call);
}

/** Tools that say something before they answer, or cause something to be said elsewhere. */
function addTalking(server, notify) {
  tool(server, 'test_tool_with_progress', async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    await inSteps([0, 50, 100], progress => progressToken === undefined || mcpReq.notify(
      { method: 'notifications/progress', params: { progressToken, progress, total: 100 } }));
    return answer('Done.');
  });
  tool(server, 'test_logging_tool', async (_, { mcpReq }) => {
    await mcpReq.log('info', 'For whoever asked for logs');
    return answer('Logged.');
  });
  tool(server, 'test_trigger_tool_change', () => {
    notify().toolsChanged();
    return answer('Told.');
  });
  tool(server, 'test_trigger_prompt_change', () => {
    notify().promptsChanged();
    return answer('Told.');
  });
  tool(server, 'test_missing_capability', () => inputRequired({ inputRequests: { joke: sample('A joke?') } }));
  tool(server, 'test_streaming_elicitation', () =>
    inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } }));
}

/** Tools that answer only once the client has supplied what they asked for. */
function addRounds(server) {
  const rounds = (name, call) =>
    tool(server, `test_input_required_result_${name}`, (_, { mcpReq }) => call(mcpReq));

  rounds('elicitation', ({ inputResponses }) => {
    const name = acceptedContent(inputResponses, 'user_name')?.name;
    return name
      ? answer(`Hello, ${name}!`)
      : inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } });
  });
  rounds('sampling', ({ inputResponses }) => {
    const { kind, result } = inputResponse(inputResponses, 'capital_question');
    return kind === 'sampling'
      ? answer(result.content.text)
      : inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?') } });
  });
  rounds('list_roots', ({ inputResponses }) => {
    const { kind, roots } = inputResponse(inputResponses, 'client_roots');
    return kind === 'roots'
      ? answer(`Roots: ${roots.map(({ uri }) => uri).join(', ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  rounds('request_state', confirmed);
  rounds('tampered_state', confirmed);
  rounds('multiple_inputs', async request => {
    const { inputResponses } = request;
    const name = acceptedContent(inputResponses, 'user_name')?.name;
    const greeting = inputResponse(inputResponses, 'greeting');
    const roots = inputResponse(inputResponses, 'client_roots');
    if (request.requestState() && name && greeting.kind === 'sampling' && roots.kind === 'roots') {
      return answer(`${greeting.result.content.text} ${name}, ${roots.roots.length} roots`);
    }
    return inputRequired({
      inputRequests: {
        user_name: ask('What is your name?', 'name'),
        greeting: sample('Generate a greeting'),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await states.mint({ round: 1 }),
    });
  });
  rounds('multi_round', async request => {
    const name = acceptedContent(request.inputResponses, 'step1')?.name;
    const color = acceptedContent(request.inputResponses, 'step2')?.color;
    const state = request.requestState();
    if (state?.round === 2 && color) {
      return answer(`${state.name} likes ${color}.`);
    }
    return inputRequired(state?.round === 1 && name
      ? {
          inputRequests: { step2: ask('Step 2: What is your favorite color?', 'color') },
          requestState: await states.mint({ round: 2, name }),
        }
      : {
          inputRequests: { step1: ask('Step 1: What is your name?', 'name') },
          requestState: await states.mint({ round: 1 }),
        });
  });
  rounds('capabilities', ({ envelope }) => {
    const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
    const requests = {
      ...declared.elicitation && { name: ask('What is your name?', 'name') },
      ...declared.sampling && { joke: sample('A joke?') },
      ...declared.roots && { roots: inputRequired.listRoots() },
    };
    return Object.keys(requests).length > 0
      ? inputRequired({ inputRequests: requests })
      : answer('Nothing to ask with.');
  });
}

async function confirmed(request) {
  if (request.requestState() && acceptedContent(request.inputResponses, 'confirm')?.ok) {
    return answer('state-ok');
  }
  return inputRequired({
    inputRequests: { confirm: ask('Please confirm', 'ok', 'boolean') },
    requestState: await states.mint({ round: 1 }),
  });
}

function addPrompts(server) {
  for (const [name, { takes, give }] of Object.entries(prompts)) {
    const description = `For the scenario of ${name}`;
    if (takes.length === 0) {
      server.registerPrompt(name, { description }, () => give());
    } else {
      server.registerPrompt(name, { description, argsSchema: fromJsonSchema(strings(takes)) }, give);
    }
  }
  const asking = 'test_input_required_result_prompt';
  server.registerPrompt(asking, { description: `For the scenario of ${asking}` }, ({ mcpReq }) => {
    const context = acceptedContent(mcpReq.inputResponses, 'user_context')?.context;
    return context
      ? prompts.test_prompt_with_arguments.give({ arg1: context, arg2: 'none' })
      : inputRequired({
          inputRequests: { user_context: ask('What context should the prompt use?', 'context') },
        });
  });
}

function addResources(server) {
  for (const [uri, { mimeType, ...content }] of Object.entries(resources)) {
    const about = { description: `For the scenario of ${uri}`, mimeType };
    server.registerResource(uri, uri, about, () => ({ contents: [{ uri, mimeType, ...content }] }));
  }
  server.registerResource('template', new ResourceTemplate(template, { list: undefined }),
    { description: 'One resource for every id', mimeType: 'application/json' },
    (_, { id }) => ({ contents: [fromTemplate(id)] }));
}

function ask(message, name, type = 'string') {
  const requestedSchema = { type: 'object', properties: { [name]: { type } }, required: [name] };
  return inputRequired.elicit({ message, requestedSchema });
}

function sample(question) {
  const messages = [{ role: 'user', content: { type: 'text', text: question } }];
  return inputRequired.createMessage({ messages, maxTokens: 100 });
}

const strings = names => ({
  type: 'object',
  properties: Object.fromEntries(names.map(name => [name, { type: 'string' }])),
  required: names,
});

/** An argument that travels in a header as well. */
const REGION = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
  required: ['region'],
};
