import type { Redis as Server } from 'ioredis';
import { BatchError, type Command, type RawResult } from './reply.js';

/** One pipeline to one server. */
export async function sendPipeline(server: Server, commands: readonly Command[]): Promise<RawResult[]> {
  // Arguments as one array, which ioredis flattens: spread as arguments of a function, 100,000 of them overflow the stack.
  const results = await server.pipeline(commands.map((command) => [command[0], command.slice(1)])).exec();
  if (!results) throw new BatchError('the batch was aborted');
  return results;
}
