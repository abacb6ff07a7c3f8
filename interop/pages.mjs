import { createServer } from 'node:http';

/**
 * Serves an empty page on two origins: one that the MCP server is told to allow, which is why this
 * starts first, and one that it has never heard of.
 */
for (const name of ['allowed', 'foreign']) {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!DOCTYPE html><html lang="en"><title>${name}</title>`);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  console.log(`${name} http://127.0.0.1:${server.address().port}`);
}
console.log('ready ');
