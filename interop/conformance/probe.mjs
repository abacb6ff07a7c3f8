const CLIENT = { name: 'probe', version: '1.0.0' };

/** The first request of a client of the given revision. */
export function probe(url, revision) {
  const [method, params] = revision < '2026' ? session(revision) : discovery(revision);
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': revision,
      'Mcp-Method': method,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
}

function session(protocolVersion) {
  return ['initialize', { protocolVersion, capabilities: {}, clientInfo: CLIENT }];
}

function discovery(protocolVersion) {
  return ['server/discover', {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': protocolVersion,
      'io.modelcontextprotocol/clientInfo': CLIENT,
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  }];
}
