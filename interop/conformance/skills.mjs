import { createHash } from 'node:crypto';
import { RpcError } from './rpc.mjs';

export const SKILLS = 'io.modelcontextprotocol/skills';

/** Where all skills are: the policy opens the resources below it. */
export const SKILLS_ROOT = 'skill://reference';

const CACHEABLE = { ttlMs: 60_000, cacheScope: 'private' };
const DIRECTORY = 'inode/directory';
const MARKDOWN = 'text/markdown';

const skills = [
  skill({ name: 'greeting', description: 'How to greet' }, {
    'examples/formal.md': 'Good morning, Doctor.\n',
    'examples/short.md': 'Hi.\n',
  }),
  skill({ name: 'parting', description: 'How to take leave' }, {}),
];

function skill(frontmatter, others) {
  const folder = `${SKILLS_ROOT}/${frontmatter.name}`;
  const head = Object.entries(frontmatter).map(([key, value]) => `${key}: ${value}`).join('\n');
  const texts = { 'SKILL.md': `---\n${head}\n---\nSay it.\n`, ...others };
  const files = Object.entries(texts).map(([path, text]) => ({ uri: `${folder}/${path}`, text }));
  const resources = files.map(({ uri, text }) => ({ uri, digest: digest(text), size: Buffer.byteLength(text) }));
  return { folder, files, entry: { uri: files[0].uri, frontmatter, resources } };
}

function digest(text) {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The methods of a server with skills (SEP-2640), one skill on a page. */
export const skillMethods = {
  'skills/list': ({ cursor }) => {
    const at = cursor === undefined ? 0 : Number(cursor);
    const nextCursor = at + 1 < skills.length ? String(at + 1) : undefined;
    return { ...CACHEABLE, resultType: 'complete', skills: skills.slice(at, at + 1).map(one => one.entry), nextCursor };
  },
  'skills/get': ({ uri }) => {
    const found = skills.find(one => one.entry.uri === uri) ?? unknown(uri);
    return { ...CACHEABLE, resultType: 'complete', skill: found.entry };
  },
  'resources/list': () => ({
    ...CACHEABLE,
    resultType: 'complete',
    resources: skills.map(({ entry: { uri, frontmatter } }) => ({ uri, ...frontmatter, mimeType: MARKDOWN })),
  }),
  'resources/read': ({ uri }) => {
    const found = skills.flatMap(one => one.files).find(file => file.uri === uri) ?? unknown(uri);
    return { ...CACHEABLE, resultType: 'complete', contents: [{ uri, mimeType: MARKDOWN, text: found.text }] };
  },
  'resources/directory/read': ({ uri }) => {
    const children = new Map();
    for (const file of skills.flatMap(one => one.files).filter(one => one.uri.startsWith(`${uri}/`))) {
      const [name, ...below] = file.uri.slice(uri.length + 1).split('/');
      children.set(name, { uri: `${uri}/${name}`, name, mimeType: below.length > 0 ? DIRECTORY : MARKDOWN });
    }
    return { resultType: 'complete', resources: children.size > 0 ? [...children.values()] : unknown(uri) };
  },
};

function unknown(uri) {
  throw new RpcError(-32602, `Nothing at ${uri}`);
}
