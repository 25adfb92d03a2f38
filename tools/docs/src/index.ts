export { namedFor, SERVERS, type ServerNames, type ServerProduct } from './servers.js';
