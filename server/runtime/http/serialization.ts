import build from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify';

type Write = (answer: unknown) => string;

const writers = new WeakMap<object, Write>();

/**
 * Answers are written as the contract says. What writes one is made when it is first needed, and once
 * in a process: all of them together take half a second of the processor.
 */
export const serializerCompiler: FastifySerializerCompiler<object> =
  ({ schema }) =>
  (answer) => {
    const write = writers.get(schema) ?? build(schema);
    writers.set(schema, write);
    return write(answer);
  };
