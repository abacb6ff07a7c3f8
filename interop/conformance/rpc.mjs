/** An error of JSON-RPC, and what clients are told beside its code. */
export class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const HEADER_MISMATCH = -32020;
const MISSING_CAPABILITY = -32021;
const METHOD_NOT_FOUND = -32601;

/** The parameter that `Mcp-Name` repeats (2026-07-28, transports; SEP-2663 for tasks). */
const NAMED_BY = {
  'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri',
  'tasks/get': 'taskId', 'tasks/update': 'taskId', 'tasks/cancel': 'taskId',
};

/** A `(req, res)` handler for POST requests of 2026-07-28, answered one by one and without streams, on no SDK. */
export function rpcHandler(revision, methods) {
  return async (req, res) => {
    const body = req.method === 'POST' ? await whole(req) : '';
    let message = {};
    try {
      message = JSON.parse(body);
      mirrored(req.headers, revision, message);
      const method = Object.hasOwn(methods, message.method) ? methods[message.method] : undefined;
      if (!method) {
        throw new RpcError(METHOD_NOT_FOUND, 'Method not found');
      }
      send(res, 200, { jsonrpc: '2.0', id: message.id, result: await method(message.params ?? {}) });
    } catch (error) {
      const { code, data } = error instanceof RpcError ? error : { code: -32700 };
      const details = { code, message: error.message, ...data && { data } };
      send(res, statusOf(code), { jsonrpc: '2.0', id: message.id ?? null, error: details });
    }
  };
}

/** The capabilities that a client declares with each request. */
export function capabilities(params) {
  return params._meta?.['io.modelcontextprotocol/clientCapabilities'] ?? {};
}

/** Refuses a request of a client that did not declare an extension. */
export function needsExtension(params, extension) {
  if (!capabilities(params).extensions?.[extension]) {
    throw new RpcError(MISSING_CAPABILITY, `The extension ${extension} is needed`,
      { requiredCapabilities: { extensions: { [extension]: {} } } });
  }
}

function mirrored(headers, revision, { method, params = {} }) {
  const name = params[NAMED_BY[method]];
  const same = headers['mcp-protocol-version'] === revision && headers['mcp-method'] === method
    && (name === undefined || headers['mcp-name'] === name);
  if (!same) {
    throw new RpcError(HEADER_MISMATCH, 'The headers do not say what the body says');
  }
}

function statusOf(code) {
  switch (code) {
    case METHOD_NOT_FOUND:
      return 404;
    case HEADER_MISMATCH:
    case MISSING_CAPABILITY:
    case -32700:
      return 400;
    default:
      return 200;
  }
}

async function whole(req) {
  const chunks = [];
  for await (const chunk of req) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(res, status, body) {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
