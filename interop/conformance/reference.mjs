import { createServer } from 'node:http';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/node';

const goodHost = localhostHostValidation();
const goodOrigin = localhostOriginValidation();

let leaked = 0;

/** How many requests with a credential reached a reference server. */
export const leaks = () => leaked;

/** A reference server, with the protection against DNS rebinding that a local one needs. */
export function reference(handle) {
  return createServer((req, res) => {
    leaked += req.headers.authorization ? 1 : 0;
    if (goodHost(req, res) && goodOrigin(req, res)) {
      Promise.resolve(handle(req, res)).catch(() => res.destroy());
    }
  });
}
