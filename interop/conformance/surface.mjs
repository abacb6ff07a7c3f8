/** What both reference servers offer: the names and answers that the suite's scenarios ask for. */

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const SILENCE = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==';

export const NO_ARGUMENTS = { type: 'object', properties: {} };

export const text = value => ({ type: 'text', text: value });
export const answer = value => ({ content: [text(value)] });
const image = { type: 'image', data: PIXEL, mimeType: 'image/png' };
const embedded = (uri, mimeType, value) =>
  ({ type: 'resource', resource: { uri, mimeType, text: value } });

/** Tools with neither arguments nor a conversation. The suite calls the first one by itself. */
export const constantTools = {
  test_simple_text: answer('This is a simple text response for testing.'),
  test_image_content: { content: [image] },
  test_audio_content: {
    content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }],
  },
  test_embedded_resource: {
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  },
  test_multiple_content_types: {
    content: [
      text('Multiple content types test:'),
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  },
  test_error_handling: {
    ...answer('This tool intentionally returns an error for testing'), isError: true,
  },
};

/** A schema whose less common keywords have to reach the client. */
export const richSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

const said = (...contents) =>
  ({ messages: contents.map(content => ({ role: 'user', content })) });

/** Prompts by name: what they take, and what they make of it. */
export const prompts = {
  test_simple_prompt: {
    takes: [],
    give: () => said(text('This is a simple prompt for testing.')),
  },
  test_prompt_with_arguments: {
    takes: ['arg1', 'arg2'],
    give: ({ arg1, arg2 }) => said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  },
  test_prompt_with_embedded_resource: {
    takes: ['resourceUri'],
    give: ({ resourceUri }) => said(
      embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
      text('Please process the embedded resource above.')),
  },
  test_prompt_with_image: {
    takes: [],
    give: () => said(image, text('Please analyze the image above.')),
  },
};

/** Resources by URI. */
export const resources = {
  'test://static-text': {
    mimeType: 'text/plain', text: 'This is the content of the static text resource.',
  },
  'test://static-binary': { mimeType: 'image/png', blob: PIXEL },
  'test://watched-resource': { mimeType: 'text/plain', text: 'Watched.' },
};

export const template = 'test://template/{id}/data';

export function fromTemplate(id) {
  return {
    uri: `test://template/${id}/data`,
    mimeType: 'application/json',
    text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
  };
}

/** The words that complete an argument. */
export function completion({ argument }) {
  const values = ['paris', 'park', 'party'].filter(word => word.startsWith(argument.value));
  return { completion: { values, total: values.length, hasMore: false } };
}

/** Reports three steps with time between them: they have to arrive as a stream, not at once. */
export async function inSteps(steps, report) {
  for (const [index, step] of steps.entries()) {
    if (index > 0) {
      await new Promise(resume => setTimeout(resume, STEP_MS));
    }
    await report(step);
  }
}

const STEP_MS = 50;
