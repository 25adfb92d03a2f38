export { table } from './markdown.js';
export { namedFor, SERVERS, type ServerNames, type ServerProduct } from './servers.js';
